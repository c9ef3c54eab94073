//! Columns: which exist, what they hold, who fills them, what is stored and what derived.

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
    /// 备注 `remark`
    Remark,
}
