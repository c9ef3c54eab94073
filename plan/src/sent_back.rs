//! 退回 before 单位审签: the unit's 责任领导 does not sign a report, and says why. Decides nothing about time.

use jiff::Timestamp;

use crate::{
    layout::sheet::Cells,
    report::{Said, Standing},
};

/// The 责任领导 of a unit wants something mended before he signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentBack {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Which account.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Of which report it speaks: when the desk had saved it.
    pub of: Option<Timestamp>,
}

impl SentBack {
    /// Says whether it still speaks of what the row says: it waits for the signature, and was not reported again since.
    pub fn stands(&self, cells: &Cells, standing: &Standing) -> bool {
        standing.is_waiting() && Said::read(cells).saved_at == self.of
    }

    /// Says whether the row was reported again since, and waits for the signature once more.
    pub fn is_mended(&self, cells: &Cells, standing: &Standing) -> bool {
        let is_of_this = standing.submitted.is_some_and(|at| at <= self.at);
        standing.is_waiting() && is_of_this && !self.stands(cells, standing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        column::Column,
        report::{SignOff, Signing},
        value::Value,
    };

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_millisecond(1_618_558_200_000 + minute * 60_000).unwrap()
    }

    /// The row as it was reported at a minute of the desk's own clock.
    fn reported(minute: i64) -> Cells {
        let millis = u64::try_from(at(minute).as_millisecond()).unwrap();
        [
            (Column::Report, vec![Value::Text("报送".to_owned())]),
            (Column::ReportSavedAt, vec![Value::Count(millis)]),
        ]
        .into()
    }

    #[test]
    fn it_stands_until_the_row_is_reported_again_signed_or_taken_back() {
        let back = SentBack {
            at: at(5),
            by: "lidaoying".to_owned(),
            reason: "请写明数量".to_owned(),
            of: Some(at(1)),
        };
        let mut standing = Standing {
            submitted: Some(at(2)),
            ..Standing::default()
        };
        let says = |cells: &Cells, standing: &Standing| {
            (
                back.stands(cells, standing),
                back.is_mended(cells, standing),
            )
        };
        assert_eq!(says(&reported(1), &standing), (true, false));
        assert_eq!(says(&reported(7), &standing), (false, true));
        assert_eq!(says(&reported(1), &Standing::default()), (false, false));
        let later = Standing {
            submitted: Some(at(8)),
            ..Standing::default()
        };
        assert_eq!(
            says(&reported(7), &later),
            (false, false),
            "taken back since"
        );
        let signing = Signing {
            at: at(9),
            by: "lidaoying".to_owned(),
        };
        standing.sign(&signing, SignOff::Submission);
        assert_eq!(says(&reported(1), &standing), (false, false));
        assert_eq!(standing.receipt, Some(at(2)), "nobody loses time by it");
    }
}
