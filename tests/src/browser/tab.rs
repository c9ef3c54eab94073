//! One tab: opening, asking, clicking, typing, looking.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Value, json};

use super::keys::{Chord, Held, Key};
use super::line::Line;
use crate::process::{project, wait_for};

/// One tab of a browser.
pub struct Tab {
    pub(super) line: Rc<RefCell<Line>>,
    pub(super) session: String,
    pub(super) downloads: PathBuf,
}

impl Tab {
    /// Sends one DevTools command and returns its result.
    pub fn command(&self, method: &str, parameters: Value) -> Value {
        self.line
            .borrow_mut()
            .ask(method, &parameters, Some(&self.session))
    }

    /// Opens an address; returns at once, so wait for what should be there.
    pub fn open(&self, url: &str) {
        self.command("Page.navigate", json!({ "url": url }));
    }

    /// Loads the page again, as F5 does; as long as the page asks first, it stays and is asked again.
    pub fn reload(&self) {
        // The old page must be gone before anything is looked for on the new one.
        self.try_evaluate("window.stale = true").ok();
        self.command("Page.reload", json!({}));
        wait_for("the page to be loaded again", || {
            if std::mem::take(&mut self.line.borrow_mut().stayed) {
                self.command("Page.reload", json!({}));
            }
            (self.try_evaluate("window.stale === undefined").ok()? == json!(true)).then_some(())
        });
    }

    /// Loads the page again; goes even if the page asks.
    pub fn reload_anyway(&self) {
        self.line.borrow_mut().goes = true;
        self.reload();
        self.line.borrow_mut().goes = false;
    }

    /// Evaluates an expression and returns its value; a promise is waited for.
    pub fn evaluate(&self, expression: &str) -> Value {
        match self.try_evaluate(expression) {
            Ok(value) => value,
            Err(error) => panic!("{expression}: {error}"),
        }
    }

    fn try_evaluate(&self, expression: &str) -> Result<Value, String> {
        let parameters =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer =
            self.line
                .borrow_mut()
                .try_ask("Runtime.evaluate", &parameters, Some(&self.session))?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(details["exception"]["description"].to_string()),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// Looks until the expression is true. Panics with `what` when patience ends.
    pub fn wait_until(&self, what: &str, expression: &str) {
        // While a page is being loaded there may be nothing to ask.
        let truth = format!("Promise.resolve({expression}).then((value) => !!value)");
        let is_true = || {
            self.try_evaluate(&truth)
                .is_ok_and(|value| value == json!(true))
                .then_some(())
        };
        let outcome =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| wait_for(what, is_true)));
        if let Err(panic) = outcome {
            self.screenshot(&project().join("target/screenshots/failed.png"));
            eprintln!(
                "the page shows: {}",
                self.try_evaluate("document.body.innerText.slice(0, 2000)")
                    .unwrap_or_default()
            );
            std::panic::resume_unwind(panic);
        }
    }

    /// Returns the milliseconds until the expression is true, looked at by the page itself in every frame.
    pub fn time_until(&self, expression: &str) -> f64 {
        let watch = format!(
            "new Promise((resolve) => {{ const begin = performance.now(); (function look() {{ if ({expression}) resolve(performance.now() - begin); else requestAnimationFrame(look); }}()); }})"
        );
        self.evaluate(&watch)
            .as_f64()
            .expect("a number of milliseconds")
    }

    /// Returns the text of the first element that matches, or nothing.
    pub fn text(&self, selector: &str) -> String {
        let found = self.evaluate(&format!(
            "(document.querySelector({}) || {{}}).innerText || ''",
            json!(selector)
        ));
        found.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks into the middle of the first element that matches, once it is there and stands still.
    pub fn click(&self, selector: &str) {
        let (x, y) = self.middle(selector);
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            self.command(
                "Input.dispatchMouseEvent",
                json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": 1 }),
            );
        }
    }

    /// Clicks twice, as one does to edit.
    pub fn double_click(&self, selector: &str) {
        let (x, y) = self.middle(selector);
        for count in [1, 2] {
            for kind in ["mousePressed", "mouseReleased"] {
                self.command(
                    "Input.dispatchMouseEvent",
                    json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": count }),
                );
            }
        }
    }

    /// Clicks while keys are held, as DevTools counts them: 2 is Ctrl.
    pub fn click_holding(&self, held: u32, selector: &str) {
        let (x, y) = self.middle(selector);
        for kind in ["mousePressed", "mouseReleased"] {
            self.command(
                "Input.dispatchMouseEvent",
                json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1, "modifiers": held }),
            );
        }
    }

    /// Clicks with the second button.
    pub fn click_second(&self, selector: &str) {
        let (x, y) = self.middle(selector);
        for kind in ["mousePressed", "mouseReleased"] {
            self.command(
                "Input.dispatchMouseEvent",
                json!({ "type": kind, "x": x, "y": y, "button": "right", "clickCount": 1 }),
            );
        }
    }

    /// Drags from one element to another, over two places between.
    pub fn drag(&self, from: &str, to: &str) {
        self.drag_holding(0, from, to);
    }

    /// Drags while keys are held, as DevTools counts them: 2 is Ctrl, 8 is Shift.
    pub fn drag_holding(&self, held: u32, from: &str, to: &str) {
        let (start, end) = (self.middle(from), self.middle(to));
        let at = |share: f64| {
            (
                start.0 + (end.0 - start.0) * share,
                start.1 + (end.1 - start.1) * share,
            )
        };
        self.mouse("mouseMoved", start, false, held);
        self.mouse("mousePressed", start, true, held);
        for share in [0.3, 0.7, 1.0] {
            self.mouse("mouseMoved", at(share), true, held);
        }
        self.mouse("mouseReleased", end, false, held);
    }

    /// Drags from an element to a place of the window, and stays there until something is true.
    pub fn drag_and_stay(&self, from: &str, to: (f64, f64), what: &str, until: &str) {
        let start = self.middle(from);
        self.mouse("mouseMoved", start, false, 0);
        self.mouse("mousePressed", start, true, 0);
        self.mouse(
            "mouseMoved",
            ((start.0 + to.0) / 2.0, (start.1 + to.1) / 2.0),
            true,
            0,
        );
        self.mouse("mouseMoved", to, true, 0);
        self.wait_until(what, until);
        self.mouse("mouseReleased", to, false, 0);
    }

    fn mouse(&self, kind: &str, (x, y): (f64, f64), down: bool, held: u32) {
        let button = if kind == "mouseMoved" && !down {
            "none"
        } else {
            "left"
        };
        self.command(
            "Input.dispatchMouseEvent",
            json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": u32::from(down), "modifiers": held, "clickCount": 1 }),
        );
    }

    /// Makes the screen one that is touched.
    pub fn touch_screen(&self) {
        let touch = json!({ "enabled": true, "maxTouchPoints": 5 });
        self.command("Emulation.setTouchEmulationEnabled", touch);
    }

    /// Puts a finger on the middle of the first element that matches; it stays there.
    pub fn touch(&self, selector: &str) {
        let (x, y) = self.middle(selector);
        self.finger("touchStart", Some((x, y)));
    }

    /// Touches and lets go.
    pub fn tap(&self, selector: &str) {
        self.touch(selector);
        self.lift();
    }

    /// Moves the finger that is down, in steps as a hand does.
    pub fn slide(&self, from: (f64, f64), to: (f64, f64)) {
        for step in 1..=10 {
            let share = f64::from(step) / 10.0;
            let at = |from: f64, to: f64| from + (to - from) * share;
            self.finger("touchMove", Some((at(from.0, to.0), at(from.1, to.1))));
        }
    }

    /// Lifts the finger.
    pub fn lift(&self) {
        self.finger("touchEnd", None);
    }

    fn finger(&self, kind: &str, at: Option<(f64, f64)>) {
        let points: Vec<Value> = at.iter().map(|(x, y)| json!({ "x": x, "y": y })).collect();
        let event = json!({ "type": kind, "touchPoints": points });
        self.command("Input.dispatchTouchEvent", event);
    }

    /// Returns the middle of the first element that matches, once it is there and stands still.
    pub fn middle(&self, selector: &str) -> (f64, f64) {
        let script = format!(
            "(() => {{ const element = document.querySelector({}); if (!element) return null;
               const middle = () => {{ const box = element.getBoundingClientRect(); return box.width ? [box.x + box.width / 2, box.y + box.height / 2] : null; }};
               element.scrollIntoView({{ block: 'nearest', inline: 'nearest' }});
               const at = middle(); const seen = at && document.elementFromPoint(at[0], at[1]);
               // What stays in place while the rest scrolls may cover it.
               if (at && seen && !element.contains(seen) && seen.closest('[role=grid]') && element.closest('[role=gridcell]')) element.scrollIntoView({{ block: 'center', inline: 'center' }});
               return middle(); }})()",
            json!(selector)
        );
        self.wait_until(&format!("{selector} to be there"), &script);
        let mut before = Value::Null;
        let place = wait_for(&format!("{selector} to stand still"), || {
            let now = self.evaluate(&script);
            let is_still = now == before && !now.is_null();
            before = now.clone();
            is_still.then_some(now)
        });
        (
            place[0].as_f64().unwrap_or_default(),
            place[1].as_f64().unwrap_or_default(),
        )
    }

    /// Presses a key.
    pub fn press(&self, key: Key) {
        self.press_with(Held::Nothing, key);
    }

    /// Presses a key while another is held.
    pub fn press_with(&self, held: Held, key: Key) {
        let (name, number) = key.name();
        let mut down = json!({ "type": "rawKeyDown", "key": name, "code": name, "windowsVirtualKeyCode": number, "modifiers": held.bits() });
        if key == Key::Enter && held == Held::Nothing {
            down["type"] = json!("keyDown");
            down["text"] = json!("\r");
        }
        self.command("Input.dispatchKeyEvent", down);
        self.command("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": name, "code": name, "windowsVirtualKeyCode": number, "modifiers": held.bits() }));
    }

    /// Presses a chord as the table of keys writes it: `Ctrl+Shift+Semicolon`.
    pub fn chord(&self, keys: &str) {
        let Chord {
            key,
            code,
            number,
            bits,
        } = Chord::read(keys);
        let writes = bits & 3 == 0 && key.chars().count() == 1;
        let down = if writes { "keyDown" } else { "rawKeyDown" };
        let mut event = json!({ "type": down, "key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": bits });
        if key == "Enter" && bits == 0 {
            event["type"] = json!("keyDown");
            event["text"] = json!("\r");
        } else if writes {
            event["text"] = json!(key);
        }
        self.command("Input.dispatchKeyEvent", event);
        self.command("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": bits }));
    }

    /// Presses a letter while a key is held: `(Held::Control, 'z')`.
    pub fn shortcut(&self, held: Held, letter: char) {
        let code = format!("Key{}", letter.to_ascii_uppercase());
        let number = u32::from(letter.to_ascii_uppercase());
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": letter.to_string(), "code": code, "windowsVirtualKeyCode": number, "modifiers": held.bits() });
            self.command("Input.dispatchKeyEvent", event);
        }
    }

    /// Types letters, key by key. Chinese comes as an input method would send it when nothing is composed.
    pub fn type_text(&self, text: &str) {
        for letter in text.chars() {
            if letter.is_ascii() {
                // The numbers of signs are those of other keys: 46, the full stop, is Delete.
                let has_number = letter.is_ascii_alphanumeric() || letter == ' ';
                let number = if has_number {
                    u32::from(letter.to_ascii_uppercase())
                } else {
                    0
                };
                let event = json!({ "type": "keyDown", "key": letter.to_string(), "text": letter.to_string(), "windowsVirtualKeyCode": number });
                self.command("Input.dispatchKeyEvent", event);
                self.command("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": letter.to_string(), "windowsVirtualKeyCode": number }));
            } else {
                self.command("Input.insertText", json!({ "text": letter.to_string() }));
            }
        }
    }

    /// Types as an input method does: each step shows what is composed so far.
    pub fn compose(&self, steps: &[&str]) {
        for step in steps {
            // The page sees key 229 from an input method, never the letter.
            self.command("Input.dispatchKeyEvent", json!({ "type": "rawKeyDown", "key": "Process", "code": "KeyJ", "windowsVirtualKeyCode": 229 }));
            let end = step.chars().count();
            self.command(
                "Input.imeSetComposition",
                json!({ "text": step, "selectionStart": end, "selectionEnd": end }),
            );
            self.command("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": "Process", "code": "KeyJ", "windowsVirtualKeyCode": 229 }));
        }
    }

    /// Presses Enter while something is composed: the input method takes the key, the page is only told.
    pub fn enter_in_composition(&self) {
        for number in [229, 13] {
            for kind in ["rawKeyDown", "keyUp"] {
                let event = json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": number });
                self.command("Input.dispatchKeyEvent", event);
            }
        }
    }

    /// Presses Escape while something is composed: what is composed goes, and the page is only told.
    pub fn escape_in_composition(&self) {
        let key = "Escape";
        let event =
            json!({ "type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": 229 });
        self.command("Input.dispatchKeyEvent", event);
        let nothing = json!({ "text": "", "selectionStart": 0, "selectionEnd": 0 });
        self.command("Input.imeSetComposition", nothing);
        let event =
            json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": 27 });
        self.command("Input.dispatchKeyEvent", event);
    }

    /// Ends a composition with this text.
    pub fn accept_composition(&self, text: &str) {
        self.command("Input.insertText", json!({ "text": text }));
        // A person's next key comes after whatever the page has still to do for this one.
        self.evaluate("new Promise((resolve) => setTimeout(resolve, 50, true))");
    }

    /// Brings the tab to the front: one behind others is not painted.
    pub fn show(&self) {
        self.command("Page.bringToFront", json!({}));
    }

    /// Makes the window this large.
    pub fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Shows the page in light or dark, as the desk asks for.
    pub fn prefer_colours(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.command(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        );
    }

    /// Moves the mouse away, so that nothing is pointed at.
    pub fn point_nowhere(&self) {
        self.command(
            "Input.dispatchMouseEvent",
            json!({ "type": "mouseMoved", "x": 1, "y": 1 }),
        );
    }

    /// Takes a picture of the window.
    pub fn screenshot(&self, path: &Path) {
        let picture = self.command("Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = from_base64(picture["data"].as_str().unwrap_or_default());
        fs::create_dir_all(path.parent().expect("a picture lies in a folder"))
            .expect("target can be written");
        fs::write(path, bytes).expect("target can be written");
    }

    /// Prints the page as the browser would, on the paper that the page asks for.
    pub fn print(&self, path: &Path) {
        let how = json!({ "preferCSSPageSize": true, "printBackground": true });
        let printed = self.command("Page.printToPDF", how);
        let bytes = from_base64(printed["data"].as_str().unwrap_or_default());
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))
            .expect("target can be written");
        fs::write(path, bytes).expect("target can be written");
    }

    /// Lets `start` begin a download and returns the file when it is complete.
    pub fn download(&self, start: impl FnOnce()) -> PathBuf {
        fs::remove_dir_all(&self.downloads).ok();
        fs::create_dir_all(&self.downloads).expect("target can be written");
        self.command(
            "Page.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": self.downloads }),
        );
        start();
        wait_for("a download to be complete", || {
            let files = fs::read_dir(&self.downloads)
                .ok()?
                .filter_map(|entry| Some(entry.ok()?.path()));
            let files: Vec<_> = files.collect();
            let is_complete = files
                .iter()
                .all(|file| file.extension().is_none_or(|ending| ending != "crdownload"));
            files.into_iter().next().filter(|_| is_complete)
        })
    }
}

/// Decodes what DevTools packs pictures in.
fn from_base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    for six in text.bytes().filter_map(value) {
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.extend(u8::try_from(bits >> held & 0xff));
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_with_and_without_padding() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
        ] {
            assert_eq!(from_base64(text), bytes.as_bytes());
        }
    }
}
