# Getting in
login = Log-in
password = Password
password-new = New password
password-again = The same password again
password-current = Present password
password-hint = At least { $n } characters. Four or five words that do not belong together are good.
one-time-code = One-time code
your-name = Your name
first-start-title = First start
first-start-text = This hub has no accounts yet. Enrol its administrator: there are no default passwords.
first-start-code-hint = It is printed on the terminal where the server was started.
first-start-go = Enrol the administrator
sign-in-title = Sign in
sign-in-go = Sign in
sign-in-join = I have a one-time code
sign-in-locked = Too many failed sign-ins. This account is locked until
sign-in-logged = Every sign-in and every look at a record is written into the ledger.
join-title = Enrol with a one-time code
join-text = The administrator gave you a log-in and a code. Choose your password.
join-go = Enrol
join-sign-in = I already have a password
profile-title = Your profile
profile-last = Sign-in before this one
profile-keys = Single-key shortcuts
profile-keys-hint = Switch them off if you use speech input or press keys by accident.
profile-password = Change password
profile-password-go = Change password

# Reason on every look
reason-title = Why do you open this record?
reason-text = A record opens only for a purpose and a case. Both are written into the ledger with your name and the time.
case-number-hint = The number of the file that this look belongs to.
reason-go = Open the record
opened-for = Open for
opened-until = closes at

# Errors: what happened, what was kept, what to do next
error-kept = What was kept
error-next = What to do next
error-needed = It needs the role
error-back = To the duty board
error-status = Status { $n }
error-reference = reference { $x }
error-kept-nothing = Nothing was changed.
error-kept-other = The other person's change stands; yours was not made.
error-kept-before = Everything kept before is still there. This last step was not made.
error-next-forbidden = Ask your administrator if your role should allow it.
error-next-not-found = Check the address, or start again from the duty board.
error-next-bad-form = Go back, load the page again and send the form once more.
error-next-conflict = Go back, look at the newest state and decide again.
error-next-refused = Go back in your browser and look at the newest state; the reason above says what stands in the way.
error-next-too-large = Send a smaller file.
error-next-too-many = Wait a minute and try again.
error-next-failed = Try again in a minute. If it fails again, tell the administrator the reference below.
