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
help-account-add = make an account and print its first password
help-name = account name
help-unit = id of its unit, e.g. s-hongying

serve-address = The server is running: open { $address } in a browser.
serve-accounts = Accounts to try (the password of each is { $password }):
serve-no-accounts = There are no accounts yet. Stop the server and run: diaodu account add NAME --unit UNIT --data { $data }
serve-sample = { $rows } rows of sample data were filled in (week 2).
serve-how-to-stop = Press Ctrl+C to stop.
serve-stopping = Stopping …

campaign-good = { $name }: { $actions } actions, { $measures } measures, { $units } units, { $weeks } weeks, { $rows } rows a week. The file is fine.
campaign-misread = { $path } line { $line }: { $sentence }

account-added = Account { $name } was made. First password: { $password }
account-bad-name = The account name “{ $name }” cannot be used: letters, digits and - _ . only, at most 64 bytes.
account-no-unit = There is no unit { $unit }; see the campaign file.
account-exists = Account { $name } exists already.

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
start-failed = Cannot start ({ $error }).

# HTTP
http-not-found = There is nothing at this address.
http-wrong-method = This address does not take such requests.
http-bad-request = The request is incomplete or malformed.
http-foreign-origin = The request came from another site and was refused.
http-not-signed-in = Please sign in first.
http-wrong-password = Account or password is wrong.
http-too-many-tries = Too many wrong passwords: try again in { $seconds } seconds.
http-storage = The server cannot read or write its data at the moment; please try again later.
http-not-a-websocket = This address takes WebSocket connections only.
http-no-week = There is no week { $week }.
http-export = The export failed; please try again later.

export-file-name = dispatch-table-week-{ $week }.xlsx

page-not-built = This program was built without the page: build and start it with cargo xtask serve.
