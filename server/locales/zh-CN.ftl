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
help-account-add = 新建账号并给出一次性密码
help-account-change = 修改账号的姓名、单位、角色，停用或启用
help-account-reset-password = 重置密码，给出一次性密码，并结束该账号的所有登录
help-account-list = 列出账号
help-account-sessions = 列出登录和程序令牌
help-account-revoke = 结束一个登录或程序令牌
help-account-verify-audit = 检查审计日志是否完整
help-person = 姓名
help-role = 角色：unit 填报单位，office 区攻坚办，viewer 领导查看
help-state = enabled 启用，disabled 停用
help-id = 登录或令牌的编号（见 sessions）
help-session-days = 一次登录最长有效多少天，默认 30
help-session-idle-days = 多少天不使用就要重新登录，默认 8
help-audit-days = 审计日志保留多少天，默认 400，不少于 183
help-tls = 用这张证书和私钥（PEM 文件）提供 https
help-tls-local = 自建 CA 和证书提供 https，文件放在数据目录的 tls 目录里
help-tls-name = 证书还要包含的域名或地址，可写多次（与 --tls-local 同用）
help-trust-proxy = 相信反向代理转来的客户端地址和协议；不写地址表示代理在本机，否则写代理的地址或网段，用逗号隔开
help-lines-per-address = 同一地址最多同时打开多少个连接，默认 300
help-name = 账号名
help-unit = 所属单位编号，如 s-hongying

serve-address = 服务已启动，请用浏览器打开 { $address }
serve-accounts = 可以试用的账号（密码都是 { $password }）：
serve-setup = 还没有账号。请用浏览器打开这个一次性链接，建立第一个管理员账号：{ $link }
serve-sample = 已填入示例数据 { $rows } 行（第 2 周）。
serve-tls-local =
    本服务使用自建 CA 的证书。CA 文件：{ $path }（也可从 { $address }/ca.crt 下载），SHA-256 指纹 { $fingerprint }。
    每台办公电脑安装一次，安装前核对指纹。Windows：双击文件 → 安装证书 → 本地计算机 → 放入“受信任的根证书颁发机构”。
    UOS/Debian：复制为 /usr/local/share/ca-certificates/diaodu.crt，运行 sudo update-ca-certificates，再在浏览器的 设置 → 隐私和安全 → 管理证书 → 授权机构 中导入。
serve-how-to-stop = 按 Ctrl+C 停止。
serve-stopping = 正在停止……

campaign-good = { $name }：{ $actions } 个专项行动，{ $measures } 项重点任务，{ $units } 个单位，{ $weeks } 周，每周 { $rows } 行。文件没有问题。
campaign-misread = { $path } 第 { $line } 行：{ $sentence }

account-added = 已新建账号 { $name }，一次性密码：{ $password }（首次登录时须修改）
account-bad-name = 账号名“{ $name }”不能用：只能由文字、数字和 - _ . 组成，不超过 64 字节。
account-no-unit = 没有编号为 { $unit } 的单位，请查看攻坚行动文件。
account-exists = 账号 { $name } 已经存在。
account-unknown = 没有账号 { $name }。
account-changed = 已修改账号 { $name }。
account-reset = 账号 { $name } 的一次性密码：{ $password }（登录时须修改）
account-not-office = 区攻坚办角色只能给单位 { $unit } 的账号。
account-no-pass = 没有编号为 { $id } 的登录或令牌。
account-revoked = 已结束 { $id }。
audit-whole = 审计日志完整，共 { $count } 条。
audit-broken = 审计日志从第 { $number } 条起与前一条对不上，可能被改动过。

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
start-bad-proxy = 看不懂代理地址“{ $proxy }”，请写成 10.0.0.2 或 10.0.0.0/24 这样，用逗号隔开。
start-tls-file = 无法使用证书文件 { $path }（{ $error }），请检查路径和权限。
start-tls-no-certificate = 文件 { $path } 里没有 PEM 格式的证书。
start-tls-no-key = 文件 { $path } 里没有可用的 PEM 格式私钥（不能有密码）。
start-tls-unfit = 证书 { $certificate } 和私钥 { $key } 不能一起使用（{ $error }）。
start-tls-name = “{ $name }”不能作为证书里的名称，请写域名或地址，如 diaodu.example 或 10.0.0.5。
start-failed = 无法启动（{ $error }）。

# 接口
http-not-found = 没有这个地址。
http-wrong-method = 这个地址不支持这种请求。
http-bad-request = 请求内容不完整或格式不对。
http-foreign-origin = 请求来自其他网站，已拒绝。
http-not-signed-in = 请先登录。
http-wrong-password = 账号或密码不对。
http-too-many-tries = 密码连续输错，请 { $seconds } 秒后再试。
http-too-slow = 请求太久没有发完，请重试。
http-too-many-lines = 这次登录打开的页面太多，请关掉一些后再试。
http-too-many-lines-here = 您所在的网络打开的页面太多，请关掉一些后再试，或请管理员调大上限。
http-too-many-lines-everywhere = 现在使用的人太多，请 { $seconds } 秒后再试。
http-must-change-password = 这是一次性密码，请先修改密码。
http-wrong-old-password = 原密码不对。
http-same-password = 新密码不能与原密码相同。
http-short-password = 密码至少要有 { $letters } 个字符。
http-easy-password = 这个密码太容易猜到，请换一个。
http-no-setup = 这个链接已经用过或已失效，请查看服务启动时显示的最新链接。
http-not-office = 只有区攻坚办的账号可以这样做。
http-bad-name = 名称不能用：账号名只能由文字、数字和 - _ . 组成，不超过 64 字节；姓名不超过 100 字。
http-account-exists = 这个账号名已经有了。
http-no-account = 没有这个账号。
http-no-unit = 没有这个单位，或该单位已停用。
http-bad-role = 角色不对：区攻坚办角色只能给区攻坚办的账号。
http-last-office = 这是最后一个能管理的账号，不能停用或改变角色。
http-no-pass = 这个登录已经结束。
http-no-such-week = 没有这一周。
http-no-such-measure = 没有这项措施。
http-names-no-relevant-streets = 这项措施没有写“相关街道”。
http-no-streets = 至少要选一个街道。
http-not-a-street = 只能选未停用的街道。
http-no-open-week = 各周都已到期或已定稿，没有可以生效的周。
http-bad-view-name = 视图名称不能为空，不超过 40 字。
http-bad-view = 这个视图无法保存：内容太多或格式不对。
http-too-many-views = 共用视图已经太多，请先删除一些。
http-no-view = 没有这个共用视图。
http-storage = 服务暂时无法读写数据，请稍后再试。
http-not-a-websocket = 这个地址只接受 WebSocket 连接。
http-no-week = 没有第 { $week } 周。
http-export = 导出失败，请稍后再试。

export-file-name = 周调度表-第{ $week }周.xlsx

page-not-built = 这个程序里没有网页：请用 cargo xtask serve 构建并启动。
