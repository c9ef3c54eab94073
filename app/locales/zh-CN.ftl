product = 调度
product-long = 调度 · 周调度表
opening = 正在打开……

## 登录
sign-in-account = 账号
sign-in-password = 密码
sign-in-submit = 登录
sign-in-busy = 正在登录……
sign-in-incomplete = 请填写账号和密码。
sign-in-again = 请重新登录
sign-in-again-note = 登录已失效，或本机已换成别的账号登录。已填写的内容都还在，用原账号登录后会继续上传；换用别的账号则会重新打开页面。
sign-out = 退出

## 与服务器通信
fetch-offline = 连不上服务器，请检查网络后再试。
fetch-signed-out = 登录已失效，请重新登录。
fetch-strange = 服务器的答复无法识别，请稍后再试；仍不行请联系管理员。

## 同步状态
sync-synced = 已同步
sync-loading = 已连接，正在载入 { $here }/{ $all }
sync-unsent = 有 { $count } 处修改未上传
sync-connecting = 正在连接……
sync-offline = 离线，可继续填写
sync-offline-unsent = 离线，有 { $count } 处修改未上传
keeping-nothing = 这个浏览器不允许在本机保存数据：断网时请不要关闭本页，否则未上传的内容会丢失。
keeping-failing = 刚才的内容没能保存到本机，可能是磁盘已满；正在重试。请先不要关闭本页。
refused = 服务器没有接受本机的部分修改。内容仍保存在本机，请联系区攻坚办。
damaged = 本机保存的一份数据无法读取，已另存，并从服务器重新获取。
online = 在线 { $count } 人
saved-by-itself = 内容随填随存，不必手动保存。

## 周次与视图
week-label = 周次
week-before = 上一周
week-after = 下一周
week-name = 第{ $number }周（{ $start }—{ $end }）
due = 截止 { $at } · { $left }
due-over = 已过截止时间
due-minutes = 还剩 { $count } 分钟
due-hours = 还剩 { $count } 小时
due-days = 还剩 { $count } 天
view-label = 显示范围
view-own-first = 本单位优先
view-plan = 全部
view-own-only = 只看本单位
export = 导出 Excel
export-hint = 下载本周调度表（xlsx）
export-needs-server = 导出需联网
export-offline = 导出由服务器生成，现在连不上服务器；恢复连接后即可导出。
theme-dark = 深色
theme-light = 浅色

## 表格
grid-label = 周调度表
grid-empty = 没有可显示的行
grid-comma = ，
grid-blank = 空
grid-conflict = 有多个值，请选择
grid-draft = 草稿，尚未写入
grid-readonly = 只读
grid-choices = 可选项
grid-detail = 全文
grid-detail-close = 按 Esc 关闭
band-action = （{ $number }）{ $title }
band-own-action = 本单位 ·（{ $number }）{ $title }
band-own-measure = 重点任务 { $number }　{ $title }　牵头：{ $leads }
band-measure = 重点任务 { $number }　{ $title }　牵头：{ $leads }　{ $count } 行
band-no-lead = 未明确
row-label = { $unit }，重点任务 { $number } { $measure }
list-comma = 、
sentence-space = { "" }

## 列
column-group-week = 本周
column-group-total = 累计
column-number = 序号
column-action = 专项行动
column-measure = 重点任务
column-lead-units = 牵头单位
column-unit = 填报单位
column-role = 角色
column-duty = 类别
column-progress = 本周工作进展
column-checked-week = 排查
column-found-week = 发现
column-fixed-week = 整改
column-checked-total = 排查
column-found-total = 发现
column-fixed-total = 整改
column-total-reason = 累计调整原因
column-fix-rate = 整改率
column-problem = 存在问题
column-next-plan = 下步计划
column-status = 状态
column-leader = 责任领导
column-owner = 责任人
column-reporter = 填报人
column-phone = 联系电话
column-submitted-at = 报送时间
column-remark = 备注
column-hint-number = 按方案顺序
column-hint-action = 方案中的专项行动
column-hint-measure = 方案中的重点任务
column-hint-lead-units = 方案确定的牵头单位
column-hint-unit = 由哪个单位填报
column-hint-role = 本单位在这项任务中的角色
column-hint-duty = 应报：每周五16时前报送；协助：配合牵头单位，不单独报送
column-hint-progress = 本周做了什么，可分行填写
column-hint-checked-week = 本周排查数，整数
column-hint-found-week = 本周发现问题数，整数
column-hint-fixed-week = 本周整改数，整数
column-hint-checked-total = 累计排查数：自动相加，可改写，改写请说明原因
column-hint-found-total = 累计发现问题数：自动相加，可改写，改写请说明原因
column-hint-fixed-total = 累计整改数：自动相加，可改写，改写请说明原因
column-hint-total-reason = 改写累计数时说明原因
column-hint-fix-rate = 累计整改数 ÷ 累计发现问题数
column-hint-problem = 没有问题请填“无”
column-hint-next-plan = 下一步怎么做
column-hint-status = 本单位自评
column-hint-leader = 本单位责任领导
column-hint-owner = 具体责任人
column-hint-reporter = 填这一行的人
column-hint-phone = 填报人的电话，同一填报人各行共用
column-hint-submitted-at = 以服务器收到的时间为准
column-hint-remark = 其他需要说明的

## 不能填写的原因
readonly-number = 序号按方案顺序自动生成。
readonly-action = 由方案确定。
readonly-measure = 由方案确定。
readonly-lead-units = 由方案确定。
readonly-unit = 由方案确定。
readonly-role = 由方案确定。
readonly-duty = 由方案确定。
readonly-fix-rate = 自动计算：累计整改数 ÷ 累计发现问题数。
readonly-submitted-at = 由服务器记录。
readonly-not-here = 这个单位的表还没有下载到本机，联网后才能填写。

## 填写错误
mistake-not-a-number = 这里要填数字，例如 12。
mistake-negative = 不能小于 0。
mistake-fraction = 要填整数。
mistake-number-too-large = 数字太大，最多 { $max }。
mistake-text-too-long = 文字太长，最多约 { $max } 个汉字。
mistake-not-a-choice = 只能填：{ $words }。
mistake-read-only = 这一列不能填写。
draft-not-written = 这一格的内容还没有写入表中，已作为草稿保存。请再按一次回车写入。
finding-fixed-exceeds-found = 累计整改数大于累计发现问题数，请核对。
finding-fixed-exceeds-found-this-week = 本周整改数大于本周发现问题数；如整改的是以前的问题，可不改。
finding-total-below-week = 累计{ $tally }小于本周{ $tally }，请核对。
finding-total-below-before = 累计{ $tally }比上周少，请核对或说明原因。
finding-total-reason-missing = 累计数已改写，请填累计调整原因。
finding-lagging-without-problem = 状态为滞后，请写明存在问题。
finding-lagging-without-plan = 状态为滞后，请写明下步计划。
finding-progress-vague = 进展过于简单，请具体一些。
tally-checked = 排查数
tally-found = 发现问题数
tally-fixed = 整改数
detail-override = 自动相加为 { $computed }，现为改写后的数。

## 多个值
conflict-several = 有 { $count } 个不同的值，请选择。
choose-title = 选择保留哪一个
choose-note = 几个人同时填写了这一格，下面的内容都已保存。
choose-this = 保留这个
choose-merged = 采用合并结果
choose-later = 以后再选
