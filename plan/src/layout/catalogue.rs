//! The catalogue document: the campaign as nested maps and lists, and where hubs and cards are. The server alone writes it.

use std::collections::BTreeMap;

use automerge::{
    Automerge, AutomergeError, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value as Stored,
    transaction::{Transactable, Transaction},
};
use serde_json::{Map, Value as Json};

use super::{LayoutError, map_in, map_made_in, put_new, texts_under};
use crate::{
    campaign::{Campaign, UnitId, WeekNumber},
    limits::NESTING_MAX,
};

/// Where the other documents are; addresses are `automerge:` urls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links {
    /// The hub of each week.
    pub hubs: BTreeMap<WeekNumber, String>,
    /// The card of each unit.
    pub cards: BTreeMap<UnitId, String>,
}

/// What the catalogue says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// The campaign, whole and without structural problems.
    pub campaign: Campaign,
    /// The hub of each week.
    pub hubs: BTreeMap<WeekNumber, String>,
    /// The card of each unit.
    pub cards: BTreeMap<UnitId, String>,
    /// Arrangements of the table that the office shares, by name; texts that only the page understands.
    pub views: BTreeMap<String, String>,
}

/// Writes the catalogue; what stands there already is left alone. Fields of the campaign that it does not have any more go.
pub fn write(
    campaign: &Campaign,
    links: &Links,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    let json = serde_json::to_value(campaign).expect("a campaign has only text keys");
    let Json::Object(fields) = json else {
        unreachable!("a campaign is a struct")
    };
    let map = map_made_in(tx, &ROOT, "campaign")?;
    merge_fields(tx, &map, &fields)?;
    let hubs = map_made_in(tx, &ROOT, "hubs")?;
    for (week, url) in &links.hubs {
        put_new(tx, &hubs, &week.to_string(), url.as_str())?;
    }
    let cards = map_made_in(tx, &ROOT, "cards")?;
    for (unit, url) in &links.cards {
        put_new(tx, &cards, &unit.0, url.as_str())?;
    }
    Ok(())
}

/// Writes the shared views: these, and no others.
pub fn write_views(
    views: &BTreeMap<String, String>,
    tx: &mut Transaction<'_>,
) -> Result<(), AutomergeError> {
    if views.is_empty() && map_in(tx, &ROOT, "views").is_none() {
        return Ok(());
    }
    let map = map_made_in(tx, &ROOT, "views")?;
    let known: Vec<String> = tx.keys(&map).collect();
    for name in known.iter().filter(|name| !views.contains_key(*name)) {
        tx.delete(&map, name.as_str())?;
    }
    for (name, arrangement) in views {
        put_new(tx, &map, name, arrangement.as_str())?;
    }
    Ok(())
}

/// Reads the catalogue.
///
/// Errors: `LayoutError` where a part is missing, or the campaign has structural problems.
pub fn read(doc: &Automerge) -> Result<Catalogue, LayoutError> {
    let json =
        json_at(doc, &ROOT, "campaign", NESTING_MAX)?.ok_or(LayoutError::Missing("campaign"))?;
    let campaign: Campaign =
        serde_json::from_value(json).map_err(|error| LayoutError::Campaign(error.to_string()))?;
    if let Some(problem) = campaign.validate().first() {
        return Err(LayoutError::Campaign(format!("{problem:?}")));
    }
    let hubs = texts_under(doc, "hubs").ok_or(LayoutError::Missing("hubs"))?;
    let cards = texts_under(doc, "cards").ok_or(LayoutError::Missing("cards"))?;
    // Older catalogues have none.
    let views = texts_under(doc, "views").unwrap_or_default();
    Ok(Catalogue {
        campaign,
        views: views.into_iter().collect(),
        hubs: hubs
            .into_iter()
            .filter_map(|(week, url)| Some((WeekNumber(week.parse().ok()?), url)))
            .collect(),
        cards: cards
            .into_iter()
            .map(|(unit, url)| (UnitId(unit), url))
            .collect(),
    })
}

/// Writes only what differs, so that the document does not grow by the whole campaign each time.
fn merge_fields(
    tx: &mut Transaction<'_>,
    map: &ObjId,
    fields: &Map<String, Json>,
) -> Result<(), AutomergeError> {
    for (key, field) in fields {
        match (tx.get(map, key.as_str())?, field) {
            (Some((Stored::Object(ObjType::Map), inner)), Json::Object(fields)) => {
                merge_fields(tx, &inner, fields)?;
            }
            (Some((Stored::Object(ObjType::List), inner)), Json::Array(items))
                if tx.length(&inner) == items.len() && !items.is_empty() =>
            {
                merge_items(tx, map, key, &inner, items)?;
            }
            _ if json_at(tx, map, key.as_str(), NESTING_MAX).as_ref()
                == Ok(&Some(field.clone())) => {}
            _ => put_json(tx, map, key, field)?,
        }
    }
    let keys: Vec<String> = tx.keys(map).collect();
    let mut gone = keys.into_iter().filter(|key| !fields.contains_key(key));
    gone.try_for_each(|key| tx.delete(map, key))
}

/// Lists of maps are merged item by item; any other list that differs is written anew.
fn merge_items(
    tx: &mut Transaction<'_>,
    map: &ObjId,
    key: &str,
    list: &ObjId,
    items: &[Json],
) -> Result<(), AutomergeError> {
    for (index, item) in items.iter().enumerate() {
        match (tx.get(list, index)?, item) {
            (Some((Stored::Object(ObjType::Map), inner)), Json::Object(fields)) => {
                merge_fields(tx, &inner, fields)?;
            }
            _ if json_at(tx, list, index, NESTING_MAX).as_ref() == Ok(&Some(item.clone())) => {}
            _ => return put_json(tx, map, key, &Json::Array(items.to_vec())),
        }
    }
    Ok(())
}

fn put_json(
    tx: &mut Transaction<'_>,
    map: &ObjId,
    key: &str,
    json: &Json,
) -> Result<(), AutomergeError> {
    match json {
        Json::Object(fields) => {
            let object = tx.put_object(map, key, ObjType::Map)?;
            put_fields(tx, &object, fields)
        }
        Json::Array(items) => {
            let object = tx.put_object(map, key, ObjType::List)?;
            put_items(tx, &object, items)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            tx.put(map, key, scalar_of(json))
        }
    }
}

fn put_fields(
    tx: &mut Transaction<'_>,
    object: &ObjId,
    fields: &Map<String, Json>,
) -> Result<(), AutomergeError> {
    fields
        .iter()
        .try_for_each(|(key, field)| put_json(tx, object, key, field))
}

fn put_items(
    tx: &mut Transaction<'_>,
    object: &ObjId,
    items: &[Json],
) -> Result<(), AutomergeError> {
    for (index, item) in items.iter().enumerate() {
        match item {
            Json::Object(fields) => {
                let inner = tx.insert_object(object, index, ObjType::Map)?;
                put_fields(tx, &inner, fields)?;
            }
            Json::Array(items) => {
                let inner = tx.insert_object(object, index, ObjType::List)?;
                put_items(tx, &inner, items)?;
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
                tx.insert(object, index, scalar_of(item))?;
            }
        }
    }
    Ok(())
}

/// A campaign holds texts, whole numbers and flags; objects and lists never come here.
fn scalar_of(json: &Json) -> ScalarValue {
    match json {
        Json::Bool(flag) => ScalarValue::Boolean(*flag),
        Json::Number(number) => ScalarValue::Int(number.as_i64().unwrap_or_default()),
        Json::String(text) => ScalarValue::Str(text.as_str().into()),
        Json::Null | Json::Array(_) | Json::Object(_) => ScalarValue::Null,
    }
}

fn json_at<P: Into<automerge::Prop>>(
    doc: &impl ReadDoc,
    object: &ObjId,
    prop: P,
    levels: usize,
) -> Result<Option<Json>, LayoutError> {
    let levels = levels.checked_sub(1).ok_or(LayoutError::TooDeep)?;
    match doc.get(object, prop) {
        Ok(Some((Stored::Scalar(scalar), _))) => Ok(Some(json_of(&scalar))),
        Ok(Some((Stored::Object(ObjType::List), id))) => {
            let items = (0..doc.length(&id))
                .filter_map(|index| json_at(doc, &id, index, levels).transpose());
            Ok(Some(Json::Array(items.collect::<Result<_, _>>()?)))
        }
        Ok(Some((Stored::Object(_), id))) => {
            let keys: Vec<String> = doc.keys(&id).collect();
            let mut fields = Map::new();
            for key in keys {
                if let Some(json) = json_at(doc, &id, key.as_str(), levels)? {
                    fields.insert(key, json);
                }
            }
            Ok(Some(Json::Object(fields)))
        }
        Ok(None) | Err(_) => Ok(None),
    }
}

fn json_of(scalar: &ScalarValue) -> Json {
    match scalar {
        ScalarValue::Str(text) => Json::String(text.to_string()),
        ScalarValue::Int(number) | ScalarValue::Timestamp(number) => Json::from(*number),
        ScalarValue::Uint(number) => Json::from(*number),
        ScalarValue::Boolean(flag) => Json::Bool(*flag),
        _ => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        campaign::{MeasureNumber, Party},
        fixture, rehearsal,
    };

    fn links() -> Links {
        Links {
            hubs: (1..=9)
                .map(|week| (WeekNumber(week), format!("automerge:hub{week}")))
                .collect(),
            cards: [(UnitId("s-hongying".to_owned()), "automerge:card".to_owned())].into(),
        }
    }

    #[test]
    fn a_campaign_reads_back_whole() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let mut doc = rehearsal::document(0);
        doc.transact(|tx| write(&campaign, &links(), tx)).unwrap();
        let reloaded = Automerge::load(&doc.save()).unwrap();
        let Links { hubs, cards } = links();
        assert_eq!(
            read(&reloaded),
            Ok(Catalogue {
                campaign,
                hubs,
                cards,
                views: BTreeMap::new()
            })
        );
    }

    #[test]
    fn writing_again_writes_only_what_changed() {
        let mut campaign = fixture::campaign(fixture::SMALL);
        let mut doc = rehearsal::document(0);
        doc.transact(|tx| write(&campaign, &links(), tx)).unwrap();
        let heads = doc.get_heads();
        doc.transact(|tx| write(&campaign, &links(), tx)).unwrap();
        assert_eq!(doc.get_heads(), heads);
        campaign.measures[1].lead = vec![Party::AllStreets];
        doc.transact(|tx| write(&campaign, &links(), tx)).unwrap();
        assert_eq!(read(&doc).unwrap().campaign, campaign);
    }

    #[test]
    fn setting_streets_writes_those_and_not_the_plan_again() {
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        let mut doc = rehearsal::document(0);
        doc.transact(|tx| write(&campaign, &links(), tx)).unwrap();
        let whole = doc.save().len();
        let friday = "2021-04-16T15:30:00+08:00".parse().unwrap();
        for street in ["s-hongying", "s-donganlu", "s-hongying"] {
            let (streets, none) = ([UnitId(street.to_owned())], BTreeSet::new());
            let set = campaign.set_relevant_streets(MeasureNumber(17), &streets, friday, &none);
            set.unwrap();
            doc.transact(|tx| write(&campaign, &links(), tx)).unwrap();
            assert_eq!(read(&doc).unwrap().campaign, campaign);
        }
        assert!(doc.save().len() < whole + whole / 4, "{whole}");
    }

    #[test]
    fn a_field_that_is_gone_is_taken_away() {
        let mut campaign = fixture::campaign(fixture::WEIDONG);
        let before = campaign.clone();
        let mut doc = rehearsal::document(0);
        campaign.measures[16].relevant_before = vec![crate::relevance::RelevantBefore {
            through: WeekNumber(1),
            streets: vec![UnitId("s-hongying".to_owned())],
        }];
        doc.transact(|tx| write(&campaign, &links(), tx)).unwrap();
        assert_eq!(read(&doc).unwrap().campaign, campaign);
        doc.transact(|tx| write(&before, &links(), tx)).unwrap();
        assert_eq!(read(&doc).unwrap().campaign, before);
    }

    #[test]
    fn shared_views_are_these_and_no_others() {
        let mut doc = rehearsal::document(0);
        let campaign = fixture::campaign(fixture::SMALL);
        doc.transact(|tx| write(&campaign, &links(), tx)).unwrap();
        for names in [&["甲", "乙"][..], &["乙", "丙/丁"], &[]] {
            let views = names
                .iter()
                .map(|name| ((*name).to_owned(), format!("{{{name}}}")));
            let views: BTreeMap<String, String> = views.collect();
            doc.transact(|tx| write_views(&views, tx)).unwrap();
            assert_eq!(read(&doc).unwrap().views, views);
            let heads = doc.get_heads();
            doc.transact(|tx| write_views(&views, tx)).unwrap();
            assert_eq!(doc.get_heads(), heads);
        }
    }

    #[test]
    fn what_is_no_catalogue_is_told() {
        let mut doc = rehearsal::document(0);
        assert_eq!(read(&doc), Err(LayoutError::Missing("campaign")));
        doc.transact(|tx| tx.put(ROOT, "campaign", "text")).unwrap();
        assert!(matches!(read(&doc), Err(LayoutError::Campaign(_))));
    }

    #[test]
    fn nesting_is_bounded() {
        let mut doc = rehearsal::document(0);
        doc.transact(|tx| {
            let mut object = tx.put_object(ROOT, "campaign", ObjType::Map)?;
            for _ in 0..NESTING_MAX {
                object = tx.put_object(&object, "deeper", ObjType::Map)?;
            }
            Ok::<_, AutomergeError>(())
        })
        .unwrap();
        assert_eq!(read(&doc), Err(LayoutError::TooDeep));
    }
}
