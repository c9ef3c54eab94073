//! Columns: which exist, what they hold, who fills them, what is stored and what derived.

use crate::{
    limits,
    report::Report,
    value::{Review, Status},
};

/// A column of the dispatch table. Its id (`Column::id`) is what documents and `data-column` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// 序号 `number` (derived)
    Number,
    /// 专项行动 `action` (preset)
    Action,
    /// 重点任务 `measure` (preset)
    Measure,
    /// 牵头单位 `lead_units` (preset)
    LeadUnits,
    /// 填报单位 `unit` (preset)
    Unit,
    /// 角色 `role` (preset)
    Role,
    /// 应报/协助 `duty` (preset)
    Duty,
    /// 本周工作进展 `progress`
    Progress,
    /// 本周排查数 `checked_week`
    CheckedWeek,
    /// 本周发现问题数 `found_week`
    FoundWeek,
    /// 本周整改数 `fixed_week`
    FixedWeek,
    /// 累计排查数 `checked_total`: derived, the cell stores an override
    CheckedTotal,
    /// 累计发现问题数 `found_total`
    FoundTotal,
    /// 累计整改数 `fixed_total`
    FixedTotal,
    /// 累计调整原因 `total_reason`
    TotalReason,
    /// 整改率 `fix_rate` (derived)
    FixRate,
    /// 存在问题 `problem`
    Problem,
    /// 下步计划 `next_plan`
    NextPlan,
    /// 状态 `status`
    Status,
    /// 责任领导 `leader`
    Leader,
    /// 责任人 `owner`
    Owner,
    /// 填报人 `reporter`
    Reporter,
    /// 联系电话 `phone` (joined from the unit's card)
    Phone,
    /// 报送时间 `submitted_at` (derived, the server's receipt)
    SubmittedAt,
    /// 附件 `attachments` (derived, files lie beside the sheet)
    Attachments,
    /// 备注 `remark`
    Remark,
    /// 审核 `review`
    Review,
    /// 审核意见 `review_note`
    ReviewNote,
    /// 攻坚办评定 `office_status`
    OfficeStatus,
    /// 报送 `report`: stored in the row, no column of the table
    Report,
    /// When the desk saved the report, by its own clock `report_saved_at`: no column of the table
    ReportSavedAt,
    /// Which report the review speaks of: what stood in `report_saved_at` `review_of`: no column of the table
    ReviewOf,
    /// 汇总: what the lead says of the measure as a whole `summary`: no column of the table
    Summary,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A short text.
    Text,
    /// A report: several lines.
    LongText,
    /// A whole number, 0 or more.
    Count,
    /// One word out of a list.
    Choice(Choices),
    /// Milliseconds since 1970, by the clock of the desk that wrote them.
    Moment,
    /// Given by the plan.
    Preset,
    /// Computed from other cells, or known by the server.
    Derived,
}

/// Which words a choice offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choices {
    /// 工作状态, as the unit or the office sees it.
    Status,
    /// 审核: 通过 or 不通过.
    Review,
    /// 报送, 零报告 or 撤回.
    Report,
}

/// Who fills a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The row's unit.
    Unit,
    /// The leads of the measure.
    Lead,
    /// 区攻坚办
    Office,
    /// Nobody by hand.
    Server,
}

impl Column {
    /// All columns of the table in its order.
    pub const ALL: [Column; 29] = [
        Column::Number,
        Column::Action,
        Column::Measure,
        Column::LeadUnits,
        Column::Unit,
        Column::Role,
        Column::Duty,
        Column::Progress,
        Column::CheckedWeek,
        Column::FoundWeek,
        Column::FixedWeek,
        Column::CheckedTotal,
        Column::FoundTotal,
        Column::FixedTotal,
        Column::TotalReason,
        Column::FixRate,
        Column::Problem,
        Column::NextPlan,
        Column::Status,
        Column::Leader,
        Column::Owner,
        Column::Reporter,
        Column::Phone,
        Column::SubmittedAt,
        Column::Attachments,
        Column::Remark,
        Column::Review,
        Column::ReviewNote,
        Column::OfficeStatus,
    ];

    /// What a row stores beside the columns of the table: the act of reporting, what was reviewed, 汇总.
    pub const BESIDE: [Column; 4] = [
        Column::Report,
        Column::ReportSavedAt,
        Column::ReviewOf,
        Column::Summary,
    ];

    /// Returns the id that documents and the page use.
    pub fn id(self) -> &'static str {
        match self {
            Column::Number => "number",
            Column::Action => "action",
            Column::Measure => "measure",
            Column::LeadUnits => "lead_units",
            Column::Unit => "unit",
            Column::Role => "role",
            Column::Duty => "duty",
            Column::Progress => "progress",
            Column::CheckedWeek => "checked_week",
            Column::FoundWeek => "found_week",
            Column::FixedWeek => "fixed_week",
            Column::CheckedTotal => "checked_total",
            Column::FoundTotal => "found_total",
            Column::FixedTotal => "fixed_total",
            Column::TotalReason => "total_reason",
            Column::FixRate => "fix_rate",
            Column::Problem => "problem",
            Column::NextPlan => "next_plan",
            Column::Status => "status",
            Column::Leader => "leader",
            Column::Owner => "owner",
            Column::Reporter => "reporter",
            Column::Phone => "phone",
            Column::SubmittedAt => "submitted_at",
            Column::Attachments => "attachments",
            Column::Remark => "remark",
            Column::Review => "review",
            Column::ReviewNote => "review_note",
            Column::OfficeStatus => "office_status",
            Column::Report => "report",
            Column::ReportSavedAt => "report_saved_at",
            Column::ReviewOf => "review_of",
            Column::Summary => "summary",
        }
    }

    /// Returns the column with this id.
    pub fn from_id(id: &str) -> Option<Column> {
        let mut all = Column::ALL.into_iter().chain(Column::BESIDE);
        all.find(|column| column.id() == id)
    }

    /// Says what the column holds.
    pub fn kind(self) -> Kind {
        match self {
            Column::Action | Column::Measure | Column::LeadUnits => Kind::Preset,
            Column::Unit | Column::Role | Column::Duty => Kind::Preset,
            Column::Number | Column::FixRate => Kind::Derived,
            Column::SubmittedAt | Column::Attachments => Kind::Derived,
            Column::Progress | Column::Problem | Column::NextPlan => Kind::LongText,
            Column::Summary => Kind::LongText,
            Column::CheckedWeek | Column::FoundWeek | Column::FixedWeek => Kind::Count,
            Column::CheckedTotal | Column::FoundTotal | Column::FixedTotal => Kind::Count,
            Column::Status | Column::OfficeStatus => Kind::Choice(Choices::Status),
            Column::Review => Kind::Choice(Choices::Review),
            Column::Report => Kind::Choice(Choices::Report),
            Column::ReportSavedAt | Column::ReviewOf => Kind::Moment,
            Column::TotalReason | Column::Remark | Column::ReviewNote => Kind::Text,
            Column::Leader | Column::Owner | Column::Reporter | Column::Phone => Kind::Text,
        }
    }

    /// Says whether the sheet stores cells of this column. 联系电话 lives in the unit's card.
    pub fn is_stored_in_sheet(self) -> bool {
        self != Column::Phone && self.is_editable()
    }

    /// Says whether people type into this column, wherever it is stored.
    pub fn is_editable(self) -> bool {
        match self.kind() {
            Kind::Text | Kind::LongText | Kind::Count | Kind::Choice(_) | Kind::Moment => true,
            Kind::Preset | Kind::Derived => false,
        }
    }

    /// Says whether it holds a reviewer's word on a row.
    pub fn is_of_review(self) -> bool {
        self.owner() == Owner::Lead && self != Column::Summary
    }

    /// Says who fills the column.
    pub fn owner(self) -> Owner {
        match self {
            Column::Review | Column::ReviewNote => Owner::Lead,
            Column::ReviewOf | Column::Summary => Owner::Lead,
            Column::OfficeStatus => Owner::Office,
            column if column.is_editable() => Owner::Unit,
            _ => Owner::Server,
        }
    }
}

impl Kind {
    /// Returns how many bytes a text of this kind may have.
    pub fn text_bytes_max(self) -> usize {
        match self {
            Kind::LongText => limits::LONG_TEXT_BYTES_MAX,
            Kind::Text | Kind::Count | Kind::Choice(_) | Kind::Moment => limits::TEXT_BYTES_MAX,
            Kind::Preset | Kind::Derived => limits::TEXT_BYTES_MAX,
        }
    }
}

impl Choices {
    /// Returns the words in the order in which they are offered.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Choices::Status => Status::ALL.iter().map(|status| status.word()).collect(),
            Choices::Review => Review::ALL.iter().map(|review| review.word()).collect(),
            Choices::Report => Report::ALL.iter().map(|report| report.word()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_found_by_its_id() {
        for column in Column::ALL.into_iter().chain(Column::BESIDE) {
            assert_eq!(Column::from_id(column.id()), Some(column));
        }
        assert_eq!(Column::from_id("Progress"), None);
    }

    #[test]
    fn sheets_store_what_the_protocol_lists() {
        let stored: Vec<&str> = Column::ALL
            .into_iter()
            .chain(Column::BESIDE)
            .filter(|column| column.is_stored_in_sheet())
            .map(Column::id)
            .collect();
        let expected = "progress checked_week found_week fixed_week checked_total found_total fixed_total total_reason \
            problem next_plan status leader owner reporter remark review review_note office_status report report_saved_at review_of summary";
        assert_eq!(stored.join(" "), expected);
    }

    #[test]
    fn the_table_has_its_columns_in_order() {
        let mut sorted = Column::ALL;
        sorted.sort();
        assert_eq!(sorted, Column::ALL);
    }
}
