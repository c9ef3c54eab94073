product = Diaodu
product-long = Diaodu · weekly dispatch table
opening = Opening…

## Signing in
sign-in-account = Account
sign-in-password = Password
sign-in-submit = Sign in
sign-in-busy = Signing in…
sign-in-incomplete = Please fill in account and password.
sign-in-again = Please sign in again
sign-in-again-note = The session has ended, or another account has signed in on this computer. Everything typed is still here: sign in with the same account to go on uploading it; another account opens the page afresh.
sign-out = Sign out

## The server
fetch-offline = The server cannot be reached. Please check the network and try again.
fetch-signed-out = The session has ended. Please sign in again.
fetch-strange = The server's answer makes no sense. Please try again later, or ask your administrator.

## State of synchronisation
sync-synced = Synced
sync-loading = Connected, loading { $here }/{ $all }
sync-unsent = { $count ->
    [one] 1 edit not uploaded yet
   *[other] { $count } edits not uploaded yet
}
sync-connecting = Connecting…
sync-offline = Offline, you can go on filling in
sync-offline-unsent = { $count ->
    [one] Offline, 1 edit not uploaded yet
   *[other] Offline, { $count } edits not uploaded yet
}
keeping-nothing = This browser keeps nothing on this computer: without a network, do not close this page, or what is not uploaded is lost.
keeping-open-page = Do not close or reload this page without a network: this address is not https, so it cannot be opened again until the network is back. What you typed is kept on this computer and is uploaded by itself.
keeping-failing = The last edits could not be kept on this computer, perhaps because its disk is full; trying again. Please do not close this page.
damaged = Something kept on this computer could not be read. It was set aside and fetched anew from the server.
online = { $count } online
follow = Follow
follow-whom = Follow { $name }
following = Following { $name }; any key stops it.
following-nowhere = Following { $name }, who is not in the table at the moment; any key stops it.
following-stop = Stop following
saved-by-itself = Everything is saved as you type.

## Weeks and views
week-label = Week
week-before = Previous week
week-after = Next week
week-name = Week { $number } ({ $start } – { $end })
week-name-closing = Week { $number }, closing ({ $start } – { $until })
due = Due { $at } · { $left }
due-frozen = frozen
closing = Closing period
closing-now = closing until { $until }
closing-note = Work after the last due time until the last day is filled into this week's table and counts in the closing period; once the table is frozen nobody fills it.
due-over = overdue
due-minutes = { $count ->
    [one] 1 minute left
   *[other] { $count } minutes left
}
due-hours = { $count ->
    [one] 1 hour left
   *[other] { $count } hours left
}
due-days = { $count ->
    [one] 1 day left
   *[other] { $count } days left
}
view-label = Rows shown
view-own-first = Own first
view-plan = All
view-own-only = Own only
export = Export to Excel
export-hint = Download the week's table (xlsx)
export-needs-server = Export needs the server
export-offline = The server makes the export and cannot be reached now; it is there again when the connection is.
theme-system = System
theme-dark = Dark
theme-light = Light

## Table
grid-label = Weekly dispatch table
grid-empty = No rows to show
grid-comma = ,{ " " }
grid-blank = empty
grid-conflict = Several values, please choose
grid-commented = has comments
grid-commented-unread = has unread comments
grid-typing = is typing
grid-also-here = is in this cell too
grid-draft = Draft, not written yet
grid-readonly = Read-only
grid-choices = Choices
grid-detail = Full text
grid-detail-close = Esc closes
band-action = ({ $number }) { $title }
band-own-action = Own unit · ({ $number }) { $title }
band-own-measure = Measure { $number }  { $title }  lead: { $leads }
band-measure = Measure { $number }  { $title }  lead: { $leads }  { $count ->
    [one] 1 row
   *[other] { $count } rows
}
band-no-lead = not named
row-label = { $unit }, measure { $number } { $measure }
list-comma = ,{ " " }
sentence-space = { " " }

## Columns
column-group-week = This week
column-group-total = In total
column-number = No.
column-action = Action
column-measure = Measure
column-lead-units = Lead
column-unit = Unit
column-role = Role
column-duty = Duty
column-progress = Progress this week
column-checked-week = Checked
column-found-week = Found
column-fixed-week = Fixed
column-checked-total = Checked
column-found-total = Found
column-fixed-total = Fixed
column-total-reason = Reason for total
column-fix-rate = Fix rate
column-problem = Problems
column-next-plan = Next steps
column-status = Status
column-leader = Leader
column-owner = Owner
column-reporter = Reporter
column-phone = Telephone
column-submitted-at = Reported at
column-remark = Remarks
column-review = Review
column-review-note = Review note
column-office-status = Office rating
column-hint-number = In the order of the plan
column-hint-action = Special action of the plan
column-hint-measure = Measure of the plan
column-hint-lead-units = Lead units named by the plan
column-hint-unit = Which unit fills the row
column-hint-role = The unit's role in this measure
column-hint-duty = 应报: reports every Friday before 16:00; 协助: assists the lead, reports nothing by itself; 不再相关: no relevant street any more, what was filled in stays
column-hint-progress = What was done this week; several lines are fine
column-hint-checked-week = Checked this week, a whole number
column-hint-found-week = Problems found this week, a whole number
column-hint-fixed-week = Problems fixed this week, a whole number
column-hint-checked-total = Checked in total: added up by itself; type over it with a reason
column-hint-found-total = Found in total: added up by itself; type over it with a reason
column-hint-fixed-total = Fixed in total: added up by itself; type over it with a reason
column-hint-total-reason = Why a total was typed over
column-hint-fix-rate = Fixed in total ÷ found in total
column-hint-problem = Without problems, write 无
column-hint-next-plan = What comes next
column-hint-status = As the unit sees it
column-hint-leader = The unit's leader in charge
column-hint-owner = The person in charge
column-hint-reporter = Who fills this row
column-hint-phone = The reporter's telephone, shared by all rows of the same reporter
column-hint-submitted-at = When the server received it
column-hint-remark = Anything else
column-hint-review = Filled by the lead unit or the office: passed (通过) or not (不通过)
column-hint-review-note = Why it did not pass, and remarks
column-hint-office-status = As the office sees it, beside the unit's own rating

## Why a cell cannot be edited
readonly-number = Numbered in the order of the plan.
readonly-action = Set by the plan.
readonly-measure = Set by the plan.
readonly-lead-units = Set by the plan.
readonly-unit = Set by the plan.
readonly-role = Set by the plan.
readonly-duty = Set by the plan.
readonly-fix-rate = Computed: fixed in total ÷ found in total.
readonly-submitted-at = Recorded by the server.
closed-foreign-row = This row is filled in by { $unit }.
closed-foreign-card = The telephone is filled in by { $unit }.
closed-foreign-comment = Only its author may change a comment.
closed-too-many-entries = It is full.
closed-not-reviewer = Reviewed by the lead unit of the measure or the campaign office; nobody reviews the own row.
closed-not-reviewed = The office has set that this task is not reviewed.
closed-lead-reviews = The lead reviews this task first, and the office then.
closed-office-column = This column is filled in by the campaign office.
closed-reads-only = Your account may look, but not write.
closed-week-frozen = This week is final and cannot be changed any more.
closed-not-relevant = { $unit } is not among the relevant streets of this measure any more; the row stays and is no longer filled in.
closed-not-readable = You may not read this sheet of { $unit } any more; what was not sent is kept on this machine alone.
closed-server-column = This is filled in by the system and cannot be changed by hand.
closed-value-kind = It is not the kind of value that this column holds.
closed-value-size = It is too long.
closed-unknown-row = This row of { $unit } is not in the table of this week.
closed-not-understood = The server does not understand this change; reload the page and try again.
closed-out-of-step = This change does not follow from what the server has; try again, and reload the page if that does not help.
closed-otherwise = The server did not accept it ({ $word }).
readonly-not-here = This unit's sheet is not on this computer yet; it can be filled once the server is reached.

## Mistakes
mistake-not-a-number = A number belongs here, such as 12.
mistake-negative = Not below 0.
mistake-fraction = A whole number belongs here.
mistake-number-too-large = Too large: { $max } at most.
mistake-text-too-long = Too long: about { $max } Chinese characters at most.
mistake-not-a-choice = Only one of: { $words }.
mistake-read-only = This column cannot be filled.
draft-refused = { $reason } What was typed is not in the table; it is kept as a draft.
draft-not-written = This text is kept as a draft and not in the table yet. Press Enter in the cell to write it.
finding-fixed-exceeds-found = More fixed than found in total; please check.
finding-fixed-exceeds-found-this-week = More fixed than found this week; fine if older problems were fixed.
finding-total-below-week = The total ({ $tally }) is below this week's number; please check.
finding-total-below-before = The total ({ $tally }) is below last week's; please check or give a reason.
finding-total-reason-missing = A total was typed over: please give the reason.
finding-lagging-without-problem = The status is 滞后: please name the problem.
finding-lagging-without-plan = The status is 滞后: please name the next steps.
finding-progress-vague = The progress says little; please be specific.
finding-progress-missing = No progress is written yet; if nothing happened, make a nil report.
finding-progress-like-last-week = The progress is nearly the same as last week's; please check.
finding-problem-missing = The problems are blank; if there are none, write 无.
tally-checked = checked
tally-found = found
tally-fixed = fixed
detail-override = Added up: { $computed }. What is shown was typed over it.

## Several values
conflict-several = { $count } different values, please choose.
choose-title = Which one shall stand?
choose-note = Several people filled this cell at the same time. Everything below is kept. The times are those at which the server received it.
choose-this = Keep this
choose-merged = Take both together
choose-merged-note = The edits do not overlap; here they are in one text.
choose-joined = Keep all
choose-joined-note = All of them, one below the other.
choose-origin = { $who }, { $at }
choose-by-me = You
conflicts = { $count ->
    [one] 1 cell with several values
   *[other] { $count } cells with several values
}
conflicts-hint = Cells that were filled at the same time and wait for a choice
conflicts-title = Cells with several values
conflicts-keys = In the table Alt+F7 goes to the next, Alt+Shift+F7 to the one before.
conflicts-choose = Choose
conflicts-next = Next
conflicts-before = Before
conflicts-none = No cell of this week waits for a choice.

## Comments
comments-title = Comments
comments-none = Nothing has been said about this cell.
comments-new = Write a comment
comments-answer = Answer
comments-hint = Write a comment; @ calls a unit
comments-units = Units that can be called
comments-send = Send
comments-settle = Mark as settled
comments-reopen = Open again
comments-settled = { $count } settled
comments-settled-by = Settled by { $account }
comments-take-back = Take back
comments-gone = Taken back
comments-door = Comments
comments-unread = { $count ->
    [one] 1 unread comment
   *[other] { $count } unread comments
}
comments-list = Comments that concern your unit
comments-list-note = On your unit’s rows, on the measures that it leads, those that call it, and those that you have a part in.
comments-open = Open
comments-read-all = Mark all as read
comments-state-unread = Unread
comments-state-open = Open
comments-returned = A comment was not sent and is kept where it was written: { $reason }
choose-later = Choose later

## Drafts that are not in the table
drafts = { $count ->
    [one] One entry is not in the table; it is kept as a draft.
   *[other] { $count } entries are not in the table; they are kept as drafts.
}
drafts-show = Show
drafts-title = Drafts that are not in the table
draft-copy = Copy
draft-retry = Try again
draft-find = Go there
draft-discard = Discard
close = Close
cancel = Cancel

## Passwords
password-title = Choose a new password
password-note = You signed in with a one-time password. Choose one of your own, at least 10 characters.
password-old = Old password
password-new = New password
password-again = New password again
password-differs = The two new passwords differ.
form-submit = OK
setup-title = Make the first administrator's account
setup-note = This account belongs to the campaign office and makes the accounts of all units.

## The office's desk
office = Administration
office-accounts = Accounts
office-passes = Sessions and tokens
office-streets = Relevant streets
office-settings = Settings
office-audit = Audit log
office-done = Done.
office-done-from = Saved. It holds from week { $week } on.
office-one-time = One-time password: { $password } Pass it on now; it is shown only once and must be changed at the first sign-in.
office-acts = Actions
account-person = Person
account-unit = Unit
account-role = Role
account-state = State
account-create = Make account
account-change = Save
account-edit = Edit
account-reset = Reset password
account-enable = Enable
account-disable = Disable
account-enabled = Active
account-disabled = Disabled
account-one-time = Password to be changed
role-unit = Reporting unit
role-leader = Leader (signs off)
role-office = Campaign office
role-viewer = Viewer
pass-kind = Kind
pass-session = Session
pass-token = Token (writes)
pass-token-read = Token (reads only)
pass-label = From
pass-created = Begun
pass-used = Last used
pass-expires = Expires
pass-revoke = End
pass-own = This session
token-label = What the token is for
token-days = Days it lasts
token-days-wrong = The days must be a whole number.
token-create = Make a token
token-made = Token: { $token }  Copy it now, it is shown only once.
streets-note = Tick and save. It holds from week { $week } on, the first that is neither due nor final; earlier and final weeks stay as they are.
streets-no-week = Every week is due or final; nothing can be changed any more.
streets-none = No measure of the plan names “relevant streets”.
streets-measure = { $number } { $title }
streets-same = As it is set now.
streets-need-one = Choose one street at least.
streets-gain = New: { $streets }. A row appears at once and can be filled in.
streets-lose = No longer: { $streets }. Empty rows go; what is filled in stays, marked 不再相关, and is closed.
streets-save = Save
visibility = The units' sheets
visibility-all = All units see each other
visibility-leads = Lead units see the units of their measures
visibility-own = Each unit sees its own
week-short = Week { $number }
week-freeze-yes = Freeze it
audit-number = No.
audit-at = Time
audit-kind = Kind
audit-subject = Subject
audit-detail = Detail
audit-text = Text to find
audit-all-kinds = All kinds
audit-newest = Newest
audit-older = Older
audit-csv = Export CSV
audit-sign-in = Sign-in
audit-sign-in-failure = Failed sign-in
audit-sign-out = Sign-out
audit-change = Edit
audit-refusal = Refusal
audit-command = Administration
audit-export = Export

## Find and replace
find = Find
find-text = Find
find-note = Pinyin initials work too
find-next = Next (F3)
find-previous = Previous (Shift+F3)
find-nothing = Nothing found
replace-by = Replace with
replace-note = Replacing goes by the text alone
replace-one = Replace
replace-all = Replace all
replace-done = { $count } cells replaced.
replace-left = { $count } cells were left as they are: { $reasons }
replace-reason = { $reason } ({ $count })

## Arranging: sort, filter, columns, folding
band-folded = { $band } ({ $count } rows folded)
band-fold = Fold (Alt+Shift+←)
band-unfold = Unfold (Alt+Shift+→)
arrival-on-time = On time
arrival-late = Late
arrival-missing = Not reported
arrival-not-owed = None owed
arrival-edited = Edited after reporting
list-open = Sort or filter: { $column }
list-label = Sort and filter: { $column }
sort-up = Ascending
sort-down = Descending
sort-none = Do not sort
sort-behind = Keep the present sort, add as next key
width-name = Column width
width-narrower = Narrower
width-wider = Wider
width-fit = Fit to texts
filter-words = Choose values
filter-contains = Text contains
filter-empty = Empty
filter-filled = Not empty
filter-none = No filter
filter-search = Find values; pinyin initials work too
filter-text = Text to contain; pinyin initials work too
filter-all = Select all
filter-blank = (empty)
filter-too-many = Too many different values; please use “Text contains”.
filter-apply = OK
filter-clear = Clear this column's filter
heading-resize = Drag to resize, double-click to fit: { $column }
heading-move = Drag to move the column: { $column }
row-stray = This row no longer passes the filters; it stays until you apply them again.
arranged-filtered = { $shown } / { $all } rows pass
arranged-off = Filters are off (Ctrl+Shift+L turns them on)
arranged-clear = Clear filters
arranged-sorted = Sorted by
arranged-key-up = { $column } ↑
arranged-key-down = { $column } ↓
arranged-key-remove = Remove this key
arranged-unsort = Clear sort
arranged-again = Apply again
arranged-again-hint = When somebody edits, rows stay where they are until you apply again (Ctrl+Alt+L)

## Columns and views
columns = Columns
columns-title = Columns shown, and their order
columns-note = This changes only what you see.
columns-name = { $column }
columns-up = Move up: { $column }
columns-down = Move down: { $column }
columns-freeze = Freeze up to here
columns-reset = Back to default
columns-thaw = Freeze nothing
views = Views
views-note = A view remembers which rows, columns, sort, filters and folding you have; using one changes only what you see. Your own views follow your account to any machine.
views-usual = Default
views-shared = Views shared by the office
views-shared-none = None are shared yet.
views-save-title = Save the present arrangement
views-name = Name of the view
views-save = Save as my view
views-share = Share with all units
views-saved = Saved.
views-removed = Removed.
views-too-many = Too many views, or too large a one; please remove some first.
views-take = Use
views-remove = Remove

# Keys
keys-arranging = Finding, filtering, folding
key-find = Find
key-replace = Replace
key-find-next = Next or previous hit
key-filters = Filters on or off
key-apply-again = Apply filters and sort again
key-filter-list = Sort and filter this column
key-fold = Fold or unfold the special action
key-show-rows = Show all rows
key-show-columns = Show hidden columns
keys-title = Keys and commands
keys-search = Search commands
keys-none = No such command
keys-moving = Moving
keys-selecting = Selecting
keys-editing = Filling in
keys-filling = Copying and filling
keys-undoing = Undoing and saving
keys-around = Help and menus
keys-absent = Not in this table
key-step = One cell
key-tab = One cell right or left; round in a selected range
key-enter = One cell down or up; after Tab back to the column begun in
key-row-ends = Start or end of the row
key-table-ends = Start or end of the table
key-edge = To the edge of the block
key-page = One screen up or down
key-page-sideways = One screen left or right
key-group = Next or previous group (key task)
key-go-to = Go to a row
key-show-active = Back to the active cell
key-scroll = With Scroll Lock: scroll, do not move
key-week = Previous or next week
key-grow = Extend the selection
key-grow-edge = Extend to the edge of the block
key-grow-far = Extend to the ends of row or table
key-grow-page = Extend by one screen
key-all = Select the group; again: everything
key-grow-mode = Extend mode, until pressed again
key-add-mode = Add to the selection, until pressed again
key-collapse = Select only the active cell
key-visible = Select visible cells only
key-edit = Edit in the cell
key-commit-and-step = While typing over: enter and move
key-commit-here = Enter into all selected cells
key-line-break = Line break in the cell
key-cancel = Cancel
key-clear = Clear the selected cells
key-clear-and-edit = Clear and start typing
key-line-end = Delete to the end of the line
key-list = Open the list
key-list-step = Choose in the list
key-list-close = Close the list
key-date = Enter today's date
key-time = Enter the time
key-repeat = Repeat the last change
key-copy = Copy
key-cut = Cut
key-paste = Paste
key-paste-turned = Paste with rows as columns
key-fill-down = Fill down
key-fill-right = Fill right
key-fill-selection = Fill the selection with the active cell
key-copy-above = Copy from the cell above
key-undo = Undo
key-redo = Redo
key-save = Is everything saved?
key-keys = All keys
key-search-commands = Search commands
key-menu = Cell menu
key-detail = Full text
key-comments = Comments
key-conflict = Next and previous cell with several values
key-pane = Between table and toolbar
key-print = Print
key-recalculate = Recalculate
key-flash-fill = Flash fill
key-structure = Insert or delete rows and columns
key-formats = Cell formats
key-formulas = Show formulas
key-links = Insert a link
menu-select-row = Select row
menu-select-column = Select column
menu-select-table = Select all
menu-next-corner = Next corner of the selection
menu-keys = More commands and keys
menu-copy-hint = Press { $keys }
decline-formats = The form is prescribed; cell formats cannot be changed.
decline-formulas = Totals and rates are computed automatically; there are no formulas.
decline-links = There are no links in the table; write them under remarks.
decline-structure = Rows and columns come from the plan and cannot be inserted or deleted here; the office sets the relevant streets.
decline-visible = Hidden rows and columns are never selected; all that is selected is visible.
decline-recalculate = Figures are always up to date; there is nothing to recalculate.
decline-flash-fill = There is no flash fill; drag the lower right corner of the selection to fill.
bulk-pasted = Pasted { $count } cells
bulk-filled = Filled { $count } cells
bulk-cleared = Cleared { $count } cells
bulk-closed = ; { $count } not written: { $reason }
bulk-closed-more = ; { $count } more not written
bulk-mistaken = ; { $count } are no values of their columns and stand as drafts beside their cells
bulk-outside = ; { $count } outside of the table, not written
bulk-misfit = ; { $count } selected ranges do not fit the shape of what was copied, not written
copy-shape = The selected ranges do not form a rectangle and cannot be copied together.
paste-will-turn = Press Ctrl+V to paste with rows as columns; Esc cancels.
nothing-to-repeat = Nothing to repeat: F4 repeats the last typing, clearing, filling down or right, or paste.
go-to-title = Go to
go-to-hint = Number or name of a task, or a unit
go-to-none = No such row
tally-count = Count
tally-sum = Sum
tally-mean = Average
tally-growing = Extending the selection
tally-adding = Adding to the selection
undo-left-alone = { $count } cells were changed after you (now “{ $value }”) and were left alone.
undo-left-alone-whose = { $count } cells were changed after you (now “{ $value }”, by { $whose }) and were left alone.
undo-closed = { $count } cells cannot be written now and were left alone: { $reason }.
undo-left-alone-empty = { $count } cells were cleared after you and were left alone.
undo-lost = This step changed { $count } cells and was too large to be undone after the page was loaded again; undo once more for the step before it.

## Reporting
reporting = Report
reporting-title = Reports of your unit
reporting-left = { $count ->
    [0] Everything that is owed has been reported.
    [one] 1 row is owed and not reported yet.
   *[other] { $count } rows are owed and not reported yet.
}
reporting-all = Report all
report-send = Report
report-zero = Nothing to report
report-withdraw = Withdraw
report-again = Report again
report-returned = Returned by the reviewer: { $reason }
report-returned-bare = Returned by the reviewer, without a reason.
reporting-returned = Report ({ $count } returned)
report-waits = Reported, not received by the server yet
report-unsigned = Submitted, received { $time }, waits for the leader's signature
report-signed = { $state }; signed by { $by } at { $time }
report-unsigned-mended = Reported again, waits for the leader's signature; first received { $time }; sent back before: { $reason }
report-sign = Sign off
report-send-back = Send back
report-send-back-reason = What is to be mended before it is signed
report-send-back-yes = Send back to the clerk
report-sent-back = Sent back by the leader ({ $by }): { $reason }
reporting-to-sign = Report ({ $count } to sign)
reporting-sign-all = Sign all ({ $count })
report-missing = Not reported
report-received = Reported, received { $time }
report-late = Late, received { $time }
report-zero-received = Nothing to report, received { $time }
report-zero-late = Nothing to report (late), received { $time }
report-edited = { $state }; edited after reporting
report-offline = { $state } (filled in offline)
report-accepted = { $state } (accepted as on time)
report-withdrawn-late = Withdrawn after the due time; what was received { $time } still counts

## Review
review = Review
review-title = Review of week { $week }
review-keys = Keys: ↑ ↓ next row, 1 pass, 2 return, 3 remark, Ctrl+Enter confirm
review-measures = Tasks under review
review-filter = Which rows are shown
review-all = All { $count }
review-waiting = Waiting { $count }
review-returned = Returned { $count }
review-passed = Passed { $count }
review-not-reported = Not reported { $count }
review-none-waiting = Nothing waiting
review-count-waiting = { $count } waiting
review-empty = No such rows.
review-counted = checked { $checked }, found { $found }, rectified { $fixed }
review-owed = Owed
review-assisting = Assisting
review-pass = Pass
review-return = Return
review-return-yes = Return it
review-remark = Remark
review-remark-label = Remark
review-remark-save = Save remark
review-reason = Why it does not pass
review-reason-missing = Say why it does not pass, so that the unit can mend it.
review-unrated = Not rated
review-summary = Summary
review-summary-save = Save summary
review-gather = Gather the units' progress
review-gathered = { $unit }: { $text }
review-again-detail = Reported again since the review; waits for another look.
review-mode-none = No review
review-mode-parallel = Parallel: lead and office may both review
review-mode-serial = Serial: the lead reviews, then the office
reviewed-not-reported = Not reported
reviewed-waiting = Waiting
reviewed-again = Reported again, waiting
reviewed-passed = Passed
reviewed-returned = Returned

## The office's week
desk = This week
desk-title = Week { $week }
desk-due = Due time
desk-offline = Filled offline
desk-duties = Who owes reports
desk-modes = Review modes
desk-freeze = Freeze
desk-reason = Reason
desk-reason-missing = Please give a reason.
desk-due-now = Due { $at }, grace { $grace } minutes.
desk-due-reason = Moved because: { $text }
desk-due-over = The due time has passed and cannot be changed.
desk-due-move = Move this week's due time
desk-due-note = It can be moved before it passes, e.g. for a holiday; every countdown follows at once. It must lie between the due times of the weeks around it.
desk-due-field = New due time
desk-due-example = e.g. public holiday
desk-due-bad = Please choose date and time.
desk-due-save = Save due time
desk-grace = Grace
desk-grace-note = So many minutes after due a report still counts as on time. Holds for all weeks that are not due yet.
desk-grace-field = Minutes
desk-grace-bad = Please enter a whole number from 0 to 1440.
desk-grace-save = Save grace
desk-sign = Sign-off by the unit's leader
desk-sign-note = Once set, a report counts only when the leader of the unit has signed it. Holds for all weeks that are not due yet; leaders get accounts under “Administration”.
desk-sign-none = Nobody has to sign
desk-sign-submission = Signed; on time by when the unit submitted it
desk-sign-signing = Signed; on time by when the leader signed it
desk-sign-without = { $count } units have no account of a leader, so nobody can sign: { $names }
desk-freeze-what = After the freeze nobody fills, reports or reviews this week's table; next week's totals begin with it, and the circular is made from it.
desk-freeze-never = A freeze is never lifted. Mistakes are then corrected on a unit's request, on the word of lead and office.
desk-freeze-early = This week is not due yet. Frozen now, all that is not reported counts as missing.
desk-freeze-closing = The closing period lasts until { $until }, and this is the only table for its work. Frozen now, its numbers need requests for correction.
desk-freeze-none-missing = All rows that owe a report are reported.
desk-freeze-missing = { $count } rows of { $units } units are missing: { $names }
desk-and-more = {" "}and others
desk-freeze-review = { $waiting } rows are reported and wait for review; { $returned } were returned and not reported again.
desk-freeze-ask = Freeze…
desk-freeze-sure = A freeze cannot be lifted. Are you sure?
desk-is-frozen = This week is frozen.
desk-offline-note = Reports that were saved at a desk before due and received after it. Once verified, they can count as on time; the reason enters the audit log.
desk-offline-none = There are none.
desk-offline-received = Received { $at }
desk-offline-accept = Count as on time
desk-offline-accepted = Counts as on time.
duties-lead = Lead
duties-implementing = Implementing
duties-cooperating = Cooperating
duties-owed = Owed
duties-assisting = Assisting
duties-released = No longer relevant
desk-duties-note = Rows that owe a report are missing without one, and are counted and named in circulars; assisting rows are not. Changes hold from the first week on that is neither due nor frozen; weeks before stay as they were.
desk-modes-note = Review never decides who was on time. Tasks without a lead, or led by several streets, are reviewed by the office; nobody reviews the own row.

## Corrections
corrections = Corrections
corrections-waiting = Corrections ({ $count } for you)
corrections-title = Corrections of week { $week }
corrections-note = This week is frozen. A correction needs the word of lead and office and is written by the server; issued circulars stay, the next one tells of it.
corrections-none = No corrections yet.
menu-correct = Ask for correction
correction-ask = Ask for correction
correction-ask-row = Ask for a correction of an own row…
correction-own-rows = Corrections can only be asked for own rows.
correction-not-frozen = This week is not frozen yet; please change the table itself.
correction-old = Now
correction-new = To be
correction-add = Another cell…
correction-files = Files (go with the request, and come to the row once it is agreed to)
correction-file = File
correction-reason = Reason
correction-reason-missing = Please give a reason.
correction-unreported = This row is filled and was not reported: give a reason and ask without changing anything; once agreed to, it counts as made up for as it stands.
correction-as-filled = Made up for as it stands
correction-nothing = Nothing is changed; please enter a new value or add a file first.
correction-send = Send request
correction-at-lead = Waits for the lead
correction-at-office = Waits for the office
correction-agreed = Agreed, written into the table
correction-refused = Declined
correction-why = Reason: { $text }
correction-answered = Answer: { $text }
correction-asked-by = asked by { $who } { $at }
correction-lead-by = lead { $who } { $at }
correction-office-by = office { $who } { $at }
correction-answer = Answer (required when declining)
correction-agree = Agree
correction-refuse = Decline
correction-refuse-reason = Please say why it is declined.

## History
key-history = History
readonly-past = The table shows the past and cannot be changed; go back to now first.
history = History
history-hint = What each cell, row and unit held before; the table as it was
history-title = History
history-about = History of what
history-close = Close history
history-cell = Cell
history-row = Row
history-unit = Unit
history-compare = Compare
history-open-bar = Show the table as it was
history-no-cell = Choose a cell of the table first.
history-computed = Nobody types into this column, so it has no history.
history-nothing = Nobody has written here yet.
history-waits = Asking the server for the rest…
history-more = Show older ones
history-row-name = { $unit } · measure { $number }
history-report = Report
history-blank = (empty)
history-from = From:
history-to = To:
history-changed = { $old } → { $new }
history-standing = Stands now
history-unsent = Not uploaded
history-when-unknown = Received; the time is shown once online
history-server = The system (opening totals, corrections)
history-who-unknown = Who wrote it is shown once online
history-restore = Restore this value
history-restore-row = Restore the row to this moment
history-look = Show the table of that moment
history-go = Go to this cell
history-restored = { $count ->
    [one] One cell
   *[other] { $count } cells
} restored; this can be undone.
history-restored-same = It is so already: nothing to restore.
history-restored-closed = { $count ->
    [one] One cell
   *[other] { $count } cells
} not restored: { $reason }
history-bar = The table as it was
history-bar-now = The table as it is. Drag the slider, or press “Change before”, to see how it was.
history-bar-past = The table as of { $at }. It can be read, not changed.
history-bar-compared = From { $from } to { $to }: changed cells say “old → new”. They can be read, not changed.
history-some-unknown = Of some changes the time is known once online; until then they count as the earliest.
history-slider = Moment
history-before = Change before
history-after = Change after
history-mark-due = Due
history-mark-final = Final
history-pin = Compare from here
history-back = Back to now
history-now = now
history-begin = the beginning
history-due = the due time, { $at }
history-was-down = The server was not running at the cut-off: this is what it had received before, noted when it started.
history-final = the final version, { $at }
history-two-moments = Two moments
history-two-weeks = Two weeks
history-compare-from = From
history-compare-to = To
history-choose = Please choose
history-compare-hint = Choose two moments: changed cells are marked in the table and listed here.
history-other-week = Compare with
history-week = Week { $number }
history-only-unit = { $unit } alone; the other week on the left, this week on the right.
history-all-units = The other week on the left, this week on the right.
history-whole = All units
history-differ = { $count ->
    [one] One cell differs.
   *[other] { $count } cells differ.
}
history-differ-first = { " " }The first { $count } are listed.
## Board
board = Board
board-lines = Reports
board-weeks = Week by week
board-ranking = Ranking
board-tasks = My tasks
board-wall = Wall screen
board-sentence = Of { $due } reports owed { $reported } have been made ({ $on_time } on time, { $late } late, { $made_up } made up; { $zero } of them zero reports), { $missing } are missing. Of { $assisting } assisting rows { $assisted } are reported.
board-remind = Copy reminder
board-copied = Copied; paste it into the chat group:
board-reminder = [Reminder] The dispatch table of week { $week } is due before { $at }. { $units } units still owe { $rows } reports: { $names }. Please report soon.
board-reminder-over = [Reminder] The dispatch table of week { $week } was due at { $at }. { $units } units still owe { $rows } reports: { $names }. Please report at once.
board-reminder-unit = { $name } ({ $count })
board-by = View
board-by-unit = By unit
board-by-lead = By lead
board-by-street = By street
board-by-action = By action
board-by-punctuality = By punctuality
board-by-plan = In plan order
board-key = The columns on the right are measures by number. T, L, U, M, Z: on time, late, made up, missing, zero report; where there are several rows, reported/all. Assisting rows are never missing: “—” where not reported. Small figures: the change since last week.
board-name = Name
board-drawn = Drawn
board-due = Owed
board-on-time = On time
board-late = Late
board-made-up = Made up
board-missing = Missing
board-zero = Zero
board-not-started = Not started
board-under-way = Under way
board-done = Done
board-lagging = Lagging
board-cell-on-time = T
board-cell-late = L
board-cell-made-up = U
board-cell-missing = M
board-cell-zero = Z
board-cell-open = —
board-place = Place
board-complete = Complete at
board-problems = Problems found and fixed
board-progress = Progress of the actions (rows done/all rows)
board-stand = { $done } done, { $under_way } under way, { $not_started } not started, { $lagging } lagging, { $unsaid } not filled in
board-change = This week { $found } problems found ({ $found_change } against last week), { $fixed } fixed ({ $fixed_change }), { $lagging } rows lagging ({ $lagging_change }).
board-periods = What each period adds (from cut-off to cut-off, with the closing period)
board-periods-note = What is filled or changed after a cut-off counts in the next period, whichever week's table it stands in, so that the periods sum to the whole. The closing period follows the last cut-off, until the last day.
board-period = Period
board-period-span = From – to
board-period-sum = Sum
board-checked = Checked
board-week = Week
board-week-number = Week { $week }
board-reports = Reports (reported/owed)
board-reported = Owed
board-lagging-rows = Rows lagging
board-unsaid = Not filled in
board-shift = { $change } against last week
board-ranking-key = Places go by the worst mark, then by how many are missing, how many were late, and when everything had arrived; equals share a place. Units that owe nothing are left out.
board-task-drafts = { $count ->
    [one] One entry is not in the table yet: see “Show” above it.
   *[other] { $count } entries are not in the table yet: see “Show” above it.
}
board-task-conflicts = { $count ->
    [one] One cell of your unit has several values to choose from: see the head of the page.
   *[other] { $count } cells of your unit have several values to choose from: see the head of the page.
}
board-task-reviews = { $count ->
    [one] One row waits for your review: see “Review”.
   *[other] { $count } rows wait for your review: see “Review”.
}
board-task-corrections = { $count ->
    [one] One correction waits for your word: see “Corrections”.
   *[other] { $count } corrections wait for your word: see “Corrections”.
}
board-task-circulars = { $count ->
    [one] One circular waits for your signature: see “Circular” under “Papers”.
   *[other] { $count } circulars wait for your signature: see “Circular” under “Papers”.
}
board-found = Found
board-fixed = Fixed
board-tasks-left = { $count ->
    [0] Your unit has nothing left to do this week.
    [one] Your unit has one thing left to do this week.
   *[other] Your unit has { $count } things left to do this week.
}
wall-week = Reports of week { $week }
wall-missing = { $count } missing, from these units
wall-complete = Everything owed has been reported
wall-progress = Progress of the actions

## Circular
circular-news = { $count ->
    [one] { $count } circular to be signed for
   *[other] { $count } circulars to be signed for
}
action-plan = Action plan
action-plan-owed = Your unit owes an action plan and has not filed it: it is due by { $month }-{ $day } 24:00.
action-plan-overdue = Your unit owes an action plan and has not filed it: it was due by { $month }-{ $day } 24:00, and is late now.
action-plan-free = Units that lead a measure file an action plan by { $month }-{ $day } 24:00; yours leads none and need not.
action-plan-filed = Action plan of your unit: { $state }, received { $at }: { $title }
action-plan-filed-again = Action plan of your unit: { $state }, received { $at }; filed again { $again }: { $title }
action-plan-file = File the action plan
action-plan-file-again = File it again
action-plan-done = The action plan is filed.
action-plan-title = Title and number of the plan
action-plan-title-hint = Title and number; every unit can read them
action-plan-note = The plan says by when, to which standard, and who is responsible. The file itself may be attached to a row that your unit leads. The first receipt counts, apart from the weekly reports.
action-plan-tally = Action plans: { $total } units owe one; on time { $on_time }, late { $late }, missing { $missing }
action-plan-extra = Leads nothing, filed
action-plan-receipt = Received
action-plan-renewed = Filed again
papers = Papers
plan-text = Plan
plan-text-note = The plan as it was issued. Below each measure are its rows in the table.
plan-contents = Contents of the plan
plan-lead = Lead:{" "}
plan-implementing = Implementing:{" "}
plan-cooperating = Cooperating:{" "}
plan-mark-lead = {" "}(lead)
plan-mark-cooperating = {" "}(cooperating)
plan-to-table = To the table
plan-to-table-of = To the table: { $measure }
plan-rows = Measure { $number } has { $count } rows in the table
remind-left = { $count } not reported
remind-title = Reminder
remind-owed = The dispatch table of week { $week } is due at { $due }. Your unit has yet to report { $count } rows.
remind-moments = You are reminded at { $moments }.
remind-insecure = Open this page by https to allow notifications of the browser.
remind-unknown = This browser has no notifications.
remind-silent = Notifications of the browser are off: with them you see a reminder in whatever window you work.
remind-rings = Notifications of the browser are on.
remind-refused = The browser forbids this page to notify; its settings can allow it.
remind-ask = Allow notifications
reminders-title = Reminders
reminders-by-page = Units that owe reports are reminded on the page. The server has neither mail nor webhook; the manual says how.
reminders-by-mail = Units that owe reports are reminded on the page, and their liaisons by mail.
reminders-by-webhook = Units that owe reports are reminded on the page and through the chat robot.
reminders-by-both = Units that owe reports are reminded on the page and through the chat robot, and their liaisons by mail.
reminders-hours = Hours before due
reminders-save = Save the moments
reminders-given = { $at }, week { $week }: { $units } units owed reports; { $sent } sent, { $waiting } to be tried again, { $failed } not delivered
contacts = Contacts
contacts-title = Contacts
contacts-note = Telephones are personal data: the office and the unit itself see them in full, other units in part.
contacts-all = All units
contacts-mine = To be filled in
contacts-missing = None filed
contacts-none-missing = Every unit has filed its contacts.
contacts-are-missing = { $count } units have filed no contact: { $names }
contacts-export = Export CSV
contacts-unit = Unit
contacts-role = Role
contacts-name = Name
contacts-position = Position
contacts-office-phone = Office telephone
contacts-mobile = Mobile
contacts-email = E-mail
contacts-email-hint = E-mail (reminders go there)
contacts-measures = Measures
contacts-measures-hint = Numbers of measures (empty: all of the unit's)
contacts-days = Days
contacts-from = First day
contacts-until = Last day
contacts-until-hint = Last day (empty: until further notice)
contacts-acts = Actions
contacts-from-until = { $from } to { $until }
contacts-from-on = from { $from }
contacts-of-all = All
contacts-not-in-force = Not in force today
contacts-role-head = Head of the unit
contacts-role-leader = Responsible leader
contacts-role-owner = Person in charge
contacts-role-liaison-a = Liaison A
contacts-role-liaison-b = Liaison B
contacts-role-duty = Telephone on duty
contacts-nobody = Nobody has been filed
contacts-masked = The office and the unit itself see the whole number
contacts-copy = Press to copy
contacts-copied = Copied: { $text }
contacts-add = Add
contacts-change = Change
contacts-replace = Replace
contacts-record = Record of changes
contacts-record-close = Close the record
contacts-added = Filed: { $role } { $name }
contacts-changed = Changed: { $role } { $name }
contacts-removed = Removed: { $role } { $name }
contacts-field-changed = { $field }: { $old } became { $new }
contacts-empty = (empty)
contacts-form-add = Add a contact
contacts-form-change = Change a contact
contacts-form-replace = Replace a person
contacts-replaces = { $name } ends the day before the new person begins; the line stays.
contacts-save = Save
contacts-saved = Saved.
contacts-remove = Remove
contacts-remove-sure = Remove it for certain
contacts-is-removed = Removed.
contacts-bad-day = Give the first day.
circular = Circular
circular-draft = Draft
circular-issued = Issued
circular-none = No circular has been issued yet.
circular-signatures = Signed by { $signed } units; { $unsigned } have not: { $names }
circular-signed = Signed for.
circular-unsigned = Not signed for yet.
circular-of-week = Week { $week }, issued { $at }
circular-read = Read
circular-file = Download docx
circular-sign = Sign for it
circular-print = Print
circular-print-note = The print is for review; the docx is the formal document.
circular-paper = Text of the circular
circular-previous-open = The week before is not frozen: the draft neither compares with it nor names who was late twice. Both come once it is frozen.
circular-is-issued = The circular of this week has been issued and stays as it is.
circular-saved = Saved.
circular-field-head = Issuer's mark
circular-field-head-hint = No red head while this is empty
circular-field-number = Document number
circular-field-number-hint = e.g. 平卫攻坚办〔2021〕9号
circular-field-title = Title
circular-field-title-hint = The usual title while this is empty; one line per line
circular-field-addressees = Addressees
circular-field-addressees-hint = All streets and departments while this is empty
circular-field-basis = Basis
circular-field-basis-hint = e.g. 《××方案》 with its number
circular-field-environment = Environmental quality
circular-field-environment-hint = Nothing here measures it: type it, or leave the section out
circular-field-remarks = More under problems
circular-field-remarks-hint = Follows the names; may be empty
circular-field-next-steps = Next steps
circular-field-next-steps-hint = The usual three while this is empty; one paragraph per line
circular-field-issuer = Signed by
circular-field-issuer-hint = The office's full name while this is empty
circular-field-date = Date
circular-field-date-hint = e.g. 2021-04-17
circular-field-copies = Copies to
circular-field-copies-hint = Stands in the colophon; empty where nobody gets a copy
circular-field-printer = Printed by
circular-field-printer-hint = Stands in the colophon; whoever signs while this is empty
circular-field-printed = Printed on
circular-field-printed-hint = The date above while this is empty
circular-mentions = Names
circular-mentions-note = Only what is ticked is named under problems and in the list of problems. The measure at the right leads to its row. Assisting units are never here.
circular-kind = { $kind }: { $count } in all, { $ticked } ticked
circular-kind-missing = Missing
circular-kind-late = Late
circular-kind-repeated = Late or missing two weeks running
circular-kind-vague = Vague, left out, or as last week
circular-kind-inconsistent = Numbers that do not fit
circular-kind-lagging = Lagging
circular-kind-problem = Problems that units report (list of problems)
circular-tick-all = Tick all
circular-tick-none = Untick all
circular-row = Measure { $number }
circular-issue = Issue…
circular-issue-sure = Once issued every unit sees it, and it can no longer be changed. Issue it?
circular-issue-yes = Issue it
circular-issue-done = Issued.

# What is loaded when it is first needed.
part-missing = This part did not load: the network may be away, or Diaodu was updated. Everything typed is kept; try again later, or reload the page.


## The editor beside the table
key-beside = Edit a long text beside the table
beside = Cell editor
beside-count = { $count } characters
beside-keys = Ctrl+Enter: write and go back to the table; Esc: drop the changes
beside-before = Last week
beside-first-week = This is the first week: there is none before it.
beside-not-here = Last week's sheet is not on this computer and is shown once there is a connection; or last week had no such row.
beside-nothing = Nothing was written here last week.
beside-take = Bring in last week's text
beside-opening = Totals at the end of last week: { $list }. This week's totals go on from there by themselves; to type over them needs a reason.
beside-offer = { $column } “{ $text }”
beside-offers = Cells of this row that are still empty could go on with: { $list }
beside-fill = Fill these empty cells
beside-task = Full text of the task
beside-measure = Task { $number }: { $title }
beside-leads = Lead: { $leads }
field-nothing = (empty)
field-choose = Several values: choose which one stays
field-theirs = While you were writing, this cell became: { $text }
field-take-theirs = Add it behind my text

## Cards on a phone
cards = The rows of your unit
cards-none = Your unit has no rows in this week.
cards-other = A row of another unit
cards-table = Look at the whole table
cards-back = Back to the cards

## Printing
print = Print
print-note = Prints all { $count } rows of the present view and its filters in the official form, across, with headings on every page.
print-paper = Paper
print-go = Print
print-form-line = Unit (seal):　　　　　　　　Signed by its head:　　　　　　　　Date:　　　　　　　　
print-week = Week { $number } ({ $start } to { $end })
print-conflict = several values, none chosen

## Display
display = Display
display-theme = Colours
display-large = Large letters
display-contrast = High contrast
display-still = Little motion
display-aloud = Screen reader: focus goes to the cells
display-note = For this browser alone. The screen reader mode is for programs that read the screen aloud: F2 or typing edits the cell.

# Attachments
column-attachments = Files
column-hint-attachments = How many files the row has; added from the menu of the row or beside the table
readonly-attachments = Files are added from the menu of the row, or beside the table.
menu-attachments = Attachments
attachments = Attachments
attachments-none = No files yet.
attachments-note = PDF, PNG or JPEG, 10 MB each at most. Files can also be dropped here, and pictures pasted.
attachments-add = Add files
attachments-count = { $count ->
    [0] Attachments
   *[other] Attachments ({ $count })
 }
attachments-frozen = This week is frozen: files are neither added nor removed any more. Send what is missing with a correction; it comes to the row once lead and office agree.
attachments-told = { $size } · { $who } · { $at }
attachments-remove = Remove
attachments-remove-sure = Remove for good
attachments-waiting = Waiting to be sent
attachments-sending = Sending, { $percent }%
attachments-refused = Not taken: { $why }
attachments-again = Send again
attachments-give-back = Save a copy
attachments-drop = Give up
file-not-taken = “{ $name }” was not added: { $why }
file-attachment-name = A file needs a name of at most 255 bytes.
file-attachment-kind = Only PDF, PNG and JPEG can be attached; by its content this file is none of them.
file-attachment-empty = The file is empty.
file-attachment-size = It is larger than 10 MB; please compress it, or scan it in a lower resolution.
file-attachments-row-full = The row has 20 files already.
file-attachments-unit-full = The unit’s files of this week fill 200 MB.
