//! Campaigns for tests, written as text tables. A malformed line panics: it is a mistake in the test.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::campaign::{
    Action, ActionNumber, Campaign, Measure, MeasureNumber, Party, Unit, UnitId, UnitKind, Week,
    WeekNumber,
};
use crate::{reminder, report::SignOff};

/// Two units of departments, three streets of which one is inactive, two measures, two weeks.
pub const SMALL: &str = "\
unit u-office office 区攻坚办
unit u-shengtai branch 生态环境分局
unit u-zhujian department 区住建局
unit s-donganlu street 东安路街道办事处
unit s-hongying street 鸿鹰街道办事处
unit s-huangtai street 皇台街道办事处 inactive
action 甲专项行动
measure lead=u-shengtai implementing=*
measure lead=? implementing=u-shengtai,? cooperating=u-zhujian relevant=s-hongying
";

/// The shape of the 60-day campaign of Weidong: its units, streets and who is on which measure; not its texts.
pub const WEIDONG: &str = "\
unit u-gongjianban office 区攻坚办
unit u-kongchenban office 区控尘办
unit u-hezhangban office 区河长办
unit u-zhujian department 区住建局
unit u-chengguan department 区城市管理局
unit u-jiaotong department 区交通运输局
unit u-nongshui department 区农业农村和水利局
unit u-gongxin department 区工信局
unit u-shichang department 区市场监督管理局
unit u-caizheng department 区财政局
unit u-huanwei institution 区环境卫生服务中心
unit u-shengtai branch 生态环境分局
unit u-guotu branch 卫东国土分局
unit u-gongan branch 卫东公安分局
unit s-donganlu street 东安路街道办事处
unit s-youyuelu street 优越路街道办事处
unit s-wuyilu street 五一路街道办事处
unit s-jianshelu street 建设路街道办事处
unit s-donghuanlu street 东环路街道办事处
unit s-donggongrenzhen street 东工人镇街道办事处
unit s-guanghualu street 光华路街道办事处
unit s-hongying street 鸿鹰街道办事处
unit s-huangtai street 皇台街道办事处 inactive
unit s-beihuanlu street 北环路街道办事处
unit s-donggaohuang street 东高皇街道办事处
unit s-pucheng street 蒲城街道办事处
unit s-shenlou street 申楼街道办事处
action 开展“散乱污”整治“回头看”专项行动
measure lead=u-shengtai implementing=*
measure lead=u-shengtai implementing=*
measure lead=u-shengtai implementing=*
action 持续强化扬尘污染防治管控
measure lead=u-kongchenban implementing=u-zhujian,u-chengguan,u-jiaotong,u-nongshui,*
measure lead=u-kongchenban implementing=u-zhujian,u-chengguan,u-jiaotong,*
measure lead=u-huanwei implementing=u-huanwei,u-zhujian,u-chengguan,u-jiaotong,*
measure implementing=*
measure lead=u-jiaotong implementing=u-jiaotong,? relevant=s-donghuanlu,s-guanghualu,s-pucheng
action 开展渣土及商砼运输车辆专项整治
measure lead=u-chengguan implementing=u-chengguan,u-zhujian,u-jiaotong,u-gongan,*
measure lead=u-chengguan implementing=u-chengguan,u-zhujian,u-jiaotong,u-gongan,*
measure lead=u-chengguan implementing=u-chengguan,u-zhujian,u-jiaotong,u-gongan,*
action 严格管控非道路移动机械污染
measure lead=u-shengtai implementing=u-shengtai,u-zhujian,u-jiaotong,u-chengguan,*
action 全面排查企业污染治理情况
measure lead=u-shengtai implementing=u-shengtai,u-gongxin,*
measure lead=u-shengtai implementing=u-shengtai,u-gongxin,*
action 持续推进城区餐饮油烟治理
measure lead=u-chengguan implementing=u-chengguan,u-shichang,*
action 严格禁止焚烧农作物秸秆和其它露天焚烧行为
measure lead=u-nongshui implementing=u-nongshui,u-huanwei,*
action 开展违法煤场、“四堆”专项整治行动
measure lead=? implementing=u-nongshui,u-shengtai,u-guotu,u-gongan,? relevant=s-donganlu,s-donghuanlu,s-guanghualu
action 国控站点周边精细化管理
measure lead=u-gongjianban implementing=u-shengtai,u-zhujian,u-chengguan,u-huanwei,? relevant=s-wuyilu,s-jianshelu,s-donghuanlu
action 实施北湛河全流域水体水质排查整治
measure lead=u-zhujian cooperating=u-zhujian,u-nongshui,u-chengguan,u-caizheng,u-shengtai,? relevant=s-jianshelu,s-donghuanlu,s-shenlou
action 加快推进八矿区域污水处理工程建设
measure lead=u-zhujian implementing=u-zhujian,u-caizheng,u-guotu,u-shengtai,? relevant=s-donganlu,s-donghuanlu,s-shenlou
action 巩固黑臭水体治理效果
measure lead=u-hezhangban implementing=u-zhujian,u-caizheng,u-nongshui,u-chengguan,u-shengtai,*
action 开展入河排污口排查整治
measure lead=u-shengtai implementing=u-shengtai,u-zhujian,u-nongshui,u-chengguan,*
";

/// Makes a campaign of nine weeks in spring 2021, Asia/Shanghai, from a text table.
///
/// Lines: `unit ID KIND NAME [inactive]`, `action TITLE`, `measure [lead=PARTIES] [implementing=…] [cooperating=…] [relevant=UNITS]`.
/// A measure belongs to the action above it. Parties: unit ids, `*` for every street, `?` for relevant streets. The first unit is the office.
pub fn campaign(table: &str) -> Campaign {
    let mut campaign = empty();
    for line in table.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["unit", id, kind, name, rest @ ..] => campaign.units.push(unit(id, kind, name, rest)),
            ["action", title] => campaign.actions.push(Action {
                number: ActionNumber(next(campaign.actions.len())),
                title: (*title).to_owned(),
                preamble: String::new(),
            }),
            ["measure", parties @ ..] => {
                let number = MeasureNumber(next(campaign.measures.len()));
                let action = ActionNumber(next(campaign.actions.len()) - 1);
                campaign.measures.push(measure(number, action, parties));
            }
            _ => panic!("fixture line {line:?}"),
        }
    }
    campaign.office = campaign.units[0].id.clone();
    campaign
}

fn next(count: usize) -> u8 {
    u8::try_from(count + 1).expect("a fixture is small")
}

fn empty() -> Campaign {
    let first_friday = Date::constant(2021, 4, 9);
    let week = |number: u8| {
        let end = first_friday + jiff::Span::new().weeks(i64::from(number) - 1);
        let start = if number == 1 {
            Date::constant(2021, 4, 6)
        } else {
            end - jiff::Span::new().days(6)
        };
        let due = jiff::tz::offset(8)
            .to_timestamp(end.at(16, 0, 0, 0))
            .expect("a date in 2021");
        Week {
            number: WeekNumber(number),
            start,
            end,
            due,
            grace_minutes: 0,
            due_reason: String::new(),
            sign_off: SignOff::None,
        }
    };
    Campaign {
        id: "fixture".to_owned(),
        name: "冲刺60天改善环境质量攻坚战".to_owned(),
        table_title: "周调度表".to_owned(),
        start: Date::constant(2021, 4, 6),
        end: Date::constant(2021, 6, 5),
        utc_offset_minutes: 480,
        office: UnitId(String::new()),
        actions: Vec::new(),
        measures: Vec::new(),
        units: Vec::new(),
        weeks: (1..=9).map(week).collect(),
        duties: BTreeMap::new(),
        duties_before: BTreeMap::new(),
        reminders: reminder::usual(),
        action_plan_due: None,
        plan_text: None,
        reviews: BTreeMap::new(),
    }
}

fn unit(id: &str, kind: &str, name: &str, rest: &[&str]) -> Unit {
    let kind = match kind {
        "office" => UnitKind::Office,
        "department" => UnitKind::Department,
        "institution" => UnitKind::Institution,
        "branch" => UnitKind::Branch,
        "street" => UnitKind::Street,
        other => panic!("fixture kind {other:?}"),
    };
    let active = match rest {
        [] => true,
        ["inactive"] => false,
        other => panic!("fixture words {other:?}"),
    };
    Unit {
        id: UnitId(id.to_owned()),
        name: name.to_owned(),
        full_name: name.to_owned(),
        kind,
        active,
    }
}

fn measure(number: MeasureNumber, action: ActionNumber, words: &[&str]) -> Measure {
    let named = |key: &str| {
        words
            .iter()
            .find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    };
    let parties = |key: &str| -> Vec<Party> {
        named(key).map_or(Vec::new(), |names| names.split(',').map(party).collect())
    };
    Measure {
        number,
        action,
        title: format!("措施{number}"),
        text: format!("措施{number}的原文。"),
        lead: parties("lead"),
        implementing: parties("implementing"),
        cooperating: parties("cooperating"),
        relevant_streets: named("relevant").map_or(Vec::new(), |ids| {
            ids.split(',').map(|id| UnitId(id.to_owned())).collect()
        }),
        relevant_before: Vec::new(),
    }
}

fn party(name: &str) -> Party {
    match name {
        "*" => Party::AllStreets,
        "?" => Party::RelevantStreets,
        id => Party::Unit(UnitId(id.to_owned())),
    }
}
