//! 更正申请: who may ask to change a frozen row, and who has to agree. Values in, answers out.

use crate::{
    campaign::{Campaign, Party, UnitId},
    column::{Column, Owner},
    permission::{AccountRole, Author},
    row::Row,
};

/// Who has to agree next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// A lead of the measure.
    Lead,
    /// 区攻坚办
    Office,
}

/// Says who is asked first: the leads of the measure, or the office where nobody else leads the row.
///
/// A lead's own row, a row of a measure that a group of streets, the office or nobody leads, goes to the office at once.
pub fn first_stage(campaign: &Campaign, row: &Row) -> Stage {
    match leads(campaign, row).next() {
        Some(_) if !row.roles.lead => Stage::Lead,
        Some(_) | None => Stage::Office,
    }
}

/// Says whether the author may ask for a correction of this row: whoever may fill it.
pub fn may_ask(author: &Author, row: &Row) -> bool {
    match author.role {
        AccountRole::Unit | AccountRole::Leader | AccountRole::Office => author.unit == row.unit,
        AccountRole::Viewer => false,
    }
}

/// Says whether the author may decide at this stage.
pub fn may_decide(campaign: &Campaign, author: &Author, row: &Row, stage: Stage) -> bool {
    match (author.role, stage) {
        (AccountRole::Viewer, _) => false,
        (AccountRole::Office, Stage::Office) => true,
        (AccountRole::Unit | AccountRole::Leader, Stage::Office) => false,
        (AccountRole::Unit | AccountRole::Leader | AccountRole::Office, Stage::Lead) => {
            leads(campaign, row).any(|lead| *lead == author.unit)
        }
    }
}

/// Says whether the author may read a request: the row's unit, the leads of its measure, office and viewers.
pub fn may_read(campaign: &Campaign, author: &Author, row: &Row) -> bool {
    match author.role {
        AccountRole::Office | AccountRole::Viewer => true,
        AccountRole::Unit | AccountRole::Leader => {
            author.unit == row.unit || leads(campaign, row).any(|lead| *lead == author.unit)
        }
    }
}

/// Says whether a column can be corrected: what the unit itself fills, the report excepted, which is a matter of its time.
pub fn is_correctable(column: Column) -> bool {
    column.is_stored_in_sheet()
        && column.owner() == Owner::Unit
        && !Column::BESIDE.contains(&column)
}

/// The single units that lead the row's measure, apart from the office.
pub fn leads<'a>(campaign: &'a Campaign, row: &Row) -> impl Iterator<Item = &'a UnitId> {
    let measure = campaign.measure(row.measure);
    let parties = measure.map_or(&[][..], |measure| measure.lead.as_slice());
    parties.iter().filter_map(|party| match party {
        Party::Unit(unit) if *unit != campaign.office => Some(unit),
        Party::Unit(_) | Party::AllStreets | Party::RelevantStreets => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        campaign::WeekNumber,
        fixture,
        row::{RowId, row},
    };

    fn demanded(campaign: &Campaign, id: &str) -> Row {
        row(campaign, WeekNumber(1), &RowId(id.to_owned())).unwrap()
    }

    #[test]
    fn special_measures_go_to_the_office_at_once() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let stage = |id| first_stage(&campaign, &demanded(&campaign, id));
        assert_eq!(stage("m01.s-hongying"), Stage::Lead);
        assert_eq!(stage("m01.u-shengtai"), Stage::Office, "the lead's own row");
        assert_eq!(stage("m07.s-hongying"), Stage::Office, "nobody leads");
        assert_eq!(stage("m17.s-donganlu"), Stage::Office, "a group of streets");
        assert_eq!(stage("m17.u-guotu"), Stage::Office, "a group of streets");
        assert_eq!(stage("m18.u-zhujian"), Stage::Office, "the office leads");
        assert_eq!(stage("m19.u-caizheng"), Stage::Lead);
    }

    #[test]
    fn a_unit_asks_its_lead_agrees_then_the_office() {
        let campaign = fixture::campaign(fixture::WEIDONG);
        let row = demanded(&campaign, "m01.s-hongying");
        let author = |unit: &str, role| Author {
            account: unit.to_owned(),
            unit: UnitId(unit.to_owned()),
            role,
        };
        let unit = author("s-hongying", AccountRole::Unit);
        let lead = author("u-shengtai", AccountRole::Unit);
        let other = author("s-donganlu", AccountRole::Unit);
        let office = author("u-gongjianban", AccountRole::Office);
        let viewer = author("s-hongying", AccountRole::Viewer);
        let all = [&unit, &lead, &other, &office, &viewer];
        assert_eq!(
            all.map(|who| may_ask(who, &row)),
            [true, false, false, false, false]
        );
        assert_eq!(
            all.map(|who| may_decide(&campaign, who, &row, Stage::Lead)),
            [false, true, false, false, false]
        );
        assert_eq!(
            all.map(|who| may_decide(&campaign, who, &row, Stage::Office)),
            [false, false, false, true, false]
        );
        assert_eq!(
            all.map(|who| may_read(&campaign, who, &row)),
            [true, true, false, true, true]
        );
    }

    #[test]
    fn what_the_unit_fills_can_be_corrected_and_no_more() {
        assert!(is_correctable(Column::Progress) && is_correctable(Column::FoundTotal));
        for column in [
            Column::Report,
            Column::ReportSavedAt,
            Column::Review,
            Column::OfficeStatus,
            Column::Phone,
            Column::FixRate,
        ] {
            assert!(!is_correctable(column), "{column:?}");
        }
    }
}
