# The frame of every page and words that many pages share.
skip = Skip to content
nav = Main
nav-waiting = { $n ->
    [one] { $n } waiting for you
   *[other] { $n } waiting for you
 }
nav-waiting-word = waiting
training = Training
training-text = Nothing on this hub is about a real person.
preferences = Language and theme
language = Language
theme = Theme
shortcuts = Keyboard shortcuts
shortcuts-short = Shortcuts
sign-out = Sign out
close = Close
back = Back
cancel = Cancel
choose = Choose
all = All
on = On
off = Off
never = Never
actions = Actions
actions-none = Nothing for you to do here.
why = Why
filter-go = Show
errors-title = This was not kept yet. Please correct:

# Keys
keys-everywhere = Everywhere
keys-go = Go to
keys-help = Show this help
keys-find = Find
keys-rows = Next and previous row
keys-open = Open the row
keys-esc = Close or leave
help-bench = On the workbench
help-off = Single-key shortcuts can be switched off in your profile.

# Time
time-now = just now
time-ago = { $x } ago
time-in = in { $x }
duration-s = { $n } s
duration-min = { $n } min
duration-h = { $n } h
duration-h-min = { $n } h { $m } min
duration-d = { $n ->
    [one] { $n } day
   *[other] { $n } days
 }
from = From
to = To
when = When
as-of = as of
overdue = overdue
due = due
timeline = History
event-opened = Record opened
event-read-refused = Not opened: purpose or case number was missing
event-encounter-decoded = Transaction read
event-encounter-assessed = Images looked through
event-encounter-extracted = Templates made
event-encounter-searched = Lists searched
event-encounter-not-searched = Not searched: no agreement allows it any more
event-encounter-searched-earlier = Searched in earlier encounters
event-encounter-pair-opened = An earlier encounter to examiners
event-encounter-same-person = Two examiners: the person of another encounter
event-encounter-forwarded = Sent to a partner
event-encounter-not-forwarded = Not sent to a partner
event-encounter-refused = Sent again with other bytes: not taken
event-encounter-deleted-by-partner = Deletion confirmed by a partner
event-case-opened = A candidate to examiners
event-answer-made = Answer made
event-answer-collected = A partner's answer came
event-entry-extension-asked = More time asked for
event-entry-extended = More time approved
event-entry-extension-refused = More time refused
event-entry-searched-earlier = Searched in earlier encounters
event-alert-escalated = Escalated
event-alert-retraction-delivered = Retraction delivered
live-on = Live
live-off = Connection lost; trying again
live-still = As of

# Tables
pages = Pages
page-of = Page { $n } of { $m }
page-back = Previous
page-next = Next
rows-n = { $n ->
    [one] { $s } row
   *[other] { $s } rows
 }
n-of-m = { $n } of { $m }
days-n = { $n ->
    [one] { $n } day
   *[other] { $n } days
 }

# Nouns
state = State
station = Station
site = Site
person = Person
nobody-yet = Nobody yet
machine = the system
destination = Destination
fingers = Fingers
eyes = Eyes
purpose = Purpose
case-number = Case number
received = Received
captured = Captured
contact = Contact
roles = Roles
name = Name
kind = Kind
version = Version
last-seen = Last seen
waiting = Waiting
oldest = Oldest
note = Note
changed = Changed
code-for = One-time code for { $x }
code-once = Shown only this once. Hand it over in person or by a second channel. It stops working at
