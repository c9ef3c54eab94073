# Command line
help-diaodu = Diaodu: the weekly dispatch table that many offices fill together
help-lang = language of messages
help-serve = start the server
help-data = data directory, made if missing; one server at a time
help-listen = address to listen on
help-demo = load the sample campaign with one account per unit; loopback addresses only
help-sample = fill the sample data into week 2
help-clock = where the server's clock starts (RFC 3339), now for the machine's clock
help-campaign-option = campaign file to load on first start
help-campaign = campaign files
help-campaign-check = check a campaign file line by line
help-file = campaign file
help-account = accounts
help-account-add = Make an account with a one-time password
help-account-change = Change an account's person, unit or role, disable or enable it
help-account-reset-password = Give an account a one-time password and end all its sessions
help-account-list = List accounts
help-account-sessions = List sessions and programs' tokens
help-account-revoke = End a session or a token
help-account-verify-audit = Check whether the audit log is whole
help-person = The person's name
help-role = unit, office or viewer
help-state = enabled or disabled
help-id = Id of a session or token (see sessions)
help-session-days = How many days a session lasts at most, 30 by default
help-session-idle-days = After how many days without use a session ends, 8 by default
help-audit-days = How many days the audit log is kept, 400 by default, at least 183
help-tls = serve https with this certificate and private key (PEM files)
help-tls-local = serve https with a CA and certificate of the server's own, kept in the data directory below tls
help-tls-name = one more name or address for the certificate, may be repeated (with --tls-local)
help-trust-proxy = believe a reverse proxy about client addresses and scheme; without a value a proxy on this machine, else its addresses or networks with commas between
help-lines-per-address = How many lines one address may have open at once, 300 by default
help-name = account name
help-unit = id of its unit, e.g. s-hongying

serve-address = The server is running: open { $address } in a browser.
serve-accounts = Accounts to try (the password of each is { $password }):
serve-setup = There are no accounts yet. Open this link, which works once, to make the first administrator's account: { $link }
serve-sample = { $rows } rows of sample data were filled in (week 2).
serve-tls-local =
    The server uses a certificate of its own CA. The CA's file: { $path } (also at { $address }/ca.crt), SHA-256 fingerprint { $fingerprint }.
    Install it once at every desk, after comparing the fingerprint. Windows: double-click the file → Install Certificate → Local Machine → “Trusted Root Certification Authorities”.
    UOS/Debian: copy it to /usr/local/share/ca-certificates/diaodu.crt, run sudo update-ca-certificates, then import it in the browser at Settings → Privacy and security → Manage certificates → Authorities.
serve-how-to-stop = Press Ctrl+C to stop.
serve-stopping = Stopping …

campaign-good = { $name }: { $actions } actions, { $measures } measures, { $units } units, { $weeks } weeks, { $rows } rows a week. The file is fine.
campaign-misread = { $path } line { $line }: { $sentence }

account-added = Account { $name } was made; one-time password: { $password } (to be changed at the first sign-in)
account-bad-name = The account name “{ $name }” cannot be used: letters, digits and - _ . only, at most 64 bytes.
account-no-unit = There is no unit { $unit }; see the campaign file.
account-exists = Account { $name } exists already.
account-unknown = There is no account { $name }.
account-changed = Account { $name } was changed.
account-reset = One-time password of account { $name }: { $password } (to be changed at sign-in)
account-not-office = The office role is for accounts of unit { $unit } only.
account-no-pass = There is no session or token { $id }.
account-revoked = { $id } was ended.
audit-whole = The audit log is whole: { $count } entries.
audit-broken = From entry { $number } on the audit log does not follow from what stands before; it may have been altered.

start-demo-address = A demo server listens on loopback addresses only (such as 127.0.0.1:8080), not on { $address }.
start-data-directory = The data directory { $path } cannot be written ({ $error }); check the path and its permissions.
start-data-in-use = The data directory { $path } is in use by another server; stop that one, or take another directory.
start-port-in-use = Another program is using { $address }; take another port or stop that program.
start-listen = Cannot listen on { $address } ({ $error }).
start-bad-clock = Cannot read the time “{ $time }”: write it like 2021-04-16T15:30+08:00, or now.
start-campaign-file = Cannot read { $path } ({ $error }).
start-other-campaign = This data directory holds another campaign ({ $campaign }); take another directory.
start-disk-full = The disk of { $path } is full: make room and start again; the data there is whole.
start-damaged = The database in { $path } is damaged ({ $error }) and was left as it is: replace diaodu.sqlite by a backup and start again.
start-newer = The database in { $path } was made by a newer version of this program; use that one.
start-storage = The database in { $path } cannot be used ({ $error }).
start-sample = The sample data could not be filled in ({ $error }).
start-bad-proxy = Cannot read the proxy addresses “{ $proxy }”: write them like 10.0.0.2 or 10.0.0.0/24, with commas between.
start-tls-file = The certificate file { $path } cannot be used ({ $error }); check the path and its permissions.
start-tls-no-certificate = There is no certificate in PEM form in { $path }.
start-tls-no-key = There is no usable private key in PEM form in { $path } (it must have no password).
start-tls-unfit = The certificate { $certificate } and the private key { $key } cannot be used together ({ $error }).
start-tls-name = “{ $name }” cannot be a name in a certificate: write a host name or an address, such as diaodu.example or 10.0.0.5.
start-failed = Cannot start ({ $error }).

# HTTP
http-not-found = There is nothing at this address.
http-wrong-method = This address does not take such requests.
http-bad-request = The request is incomplete or malformed.
http-foreign-origin = The request came from another site and was refused.
http-not-signed-in = Please sign in first.
http-wrong-password = Account or password is wrong.
http-too-many-tries = Too many wrong passwords: try again in { $seconds } seconds.
http-too-slow = The request took too long to arrive: please try again.
http-too-many-lines = Too many pages are open under this sign-in: close some and try again.
http-too-many-lines-here = Too many pages are open in your network: close some and try again, or ask the administrator for a higher limit.
http-too-many-lines-everywhere = Too many people are at work right now: try again in { $seconds } seconds.
http-must-change-password = This is a one-time password; please change it first.
http-wrong-old-password = The old password is wrong.
http-same-password = The new password must differ from the old one.
http-short-password = A password needs at least { $letters } characters.
http-easy-password = This password is too easy to guess; please choose another.
http-no-setup = This link was used already or is no longer valid; see the newest one that the server printed.
http-not-office = Only accounts of the campaign office may do this.
http-bad-name = This name cannot be used: account names are letters, digits and - _ . of at most 64 bytes; a person's name has at most 100 characters.
http-account-exists = There is an account of this name already.
http-no-account = There is no such account.
http-no-unit = There is no such unit, or it is inactive.
http-bad-role = Wrong role: the office role is for accounts of the campaign office only.
http-last-office = This is the last account that can administer; it cannot be disabled or given another role.
http-no-pass = This session has ended already.
http-no-such-week = There is no such week.
http-no-such-measure = There is no such measure.
http-names-no-relevant-streets = This measure does not name “relevant streets”.
http-no-streets = Choose one street at least.
http-not-a-street = Only active streets can be chosen.
http-no-open-week = Every week is due or frozen; there is none in which this could hold.
http-bad-view-name = A view's name must not be empty, and has at most 40 letters.
http-bad-view = This view cannot be saved: it is too large or malformed.
http-too-many-views = There are too many shared views; please remove some first.
http-no-view = There is no such shared view.
http-storage = The server cannot read or write its data at the moment; please try again later.
http-not-a-websocket = This address takes WebSocket connections only.
http-no-week = There is no week { $week }.
http-export = The export failed; please try again later.

export-file-name = dispatch-table-week-{ $week }.xlsx

page-not-built = This program was built without the page: build and start it with cargo xtask serve.
