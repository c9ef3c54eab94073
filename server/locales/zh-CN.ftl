# 命令行
help-diaodu = 调度：多单位共同填报的周调度表
help-lang = 界面语言
help-serve = 启动服务
help-data = 数据目录，没有则新建；同一时间只能由一个服务使用
help-listen = 监听地址
help-demo = 载入示例攻坚行动，每个单位一个账号；只能监听本机地址
help-sample = 把示例数据填入第 2 周
help-clock = 服务时钟从何时开始（RFC 3339 时间），now 表示用本机时钟
help-campaign-option = 首次启动时载入的攻坚行动文件
help-campaign = 攻坚行动文件
help-campaign-check = 逐行检查攻坚行动文件
help-file = 攻坚行动文件
help-account = 账号
help-account-add = 新建账号并给出初始密码
help-name = 账号名
help-unit = 所属单位编号，如 s-hongying

serve-address = 服务已启动，请用浏览器打开 { $address }
serve-accounts = 可以试用的账号（密码都是 { $password }）：
serve-no-accounts = 还没有账号。请先停止服务，再运行：diaodu account add 账号名 --unit 单位编号 --data { $data }
serve-sample = 已填入示例数据 { $rows } 行（第 2 周）。
serve-how-to-stop = 按 Ctrl+C 停止。
serve-stopping = 正在停止……

campaign-good = { $name }：{ $actions } 个专项行动，{ $measures } 项重点任务，{ $units } 个单位，{ $weeks } 周，每周 { $rows } 行。文件没有问题。
campaign-misread = { $path } 第 { $line } 行：{ $sentence }

account-added = 已新建账号 { $name }，初始密码：{ $password }
account-bad-name = 账号名“{ $name }”不能用：只能由文字、数字和 - _ . 组成，不超过 64 字节。
account-no-unit = 没有编号为 { $unit } 的单位，请查看攻坚行动文件。
account-exists = 账号 { $name } 已经存在。

start-demo-address = 演示模式只能监听本机地址（如 127.0.0.1:8080），不能监听 { $address }。
start-data-directory = 数据目录 { $path } 无法写入（{ $error }），请检查路径和权限。
start-data-in-use = 数据目录 { $path } 正被另一个服务使用，请先停止它，或换一个目录。
start-port-in-use = 地址 { $address } 已被其他程序占用，请换一个端口或停止那个程序。
start-listen = 无法监听 { $address }（{ $error }）。
start-bad-clock = 看不懂时间“{ $time }”，请写成 2021-04-16T15:30+08:00 这样，或写 now。
start-campaign-file = 无法读取文件 { $path }（{ $error }）。
start-other-campaign = 这个数据目录里是另一个攻坚行动（{ $campaign }），请换一个目录。
start-disk-full = { $path } 所在的磁盘已满，请腾出空间后再启动；已有数据没有损坏。
start-damaged = { $path } 里的数据库已损坏（{ $error }），没有做任何改动；请用备份替换 diaodu.sqlite 后再启动。
start-newer = { $path } 里的数据库由更新版本的程序建立，请使用新版本的程序。
start-storage = 无法使用 { $path } 里的数据库（{ $error }）。
start-sample = 无法填入示例数据（{ $error }）。
start-failed = 无法启动（{ $error }）。

# 接口
http-not-found = 没有这个地址。
http-wrong-method = 这个地址不支持这种请求。
http-bad-request = 请求内容不完整或格式不对。
http-foreign-origin = 请求来自其他网站，已拒绝。
http-not-signed-in = 请先登录。
http-wrong-password = 账号或密码不对。
http-too-many-tries = 密码连续输错，请 { $seconds } 秒后再试。
http-storage = 服务暂时无法读写数据，请稍后再试。
http-not-a-websocket = 这个地址只接受 WebSocket 连接。
http-no-week = 没有第 { $week } 周。
http-export = 导出失败，请稍后再试。

export-file-name = 周调度表-第{ $week }周.xlsx

page-not-built = 这个程序里没有网页：请用 cargo xtask serve 构建并启动。
