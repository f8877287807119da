# Duty board
board-title = Duty board
board-queues = Queues
board-oldest = oldest { $x }
board-none = nothing waits
board-overdue = { $n ->
    [one] { $n } over time
   *[other] { $n } over time
 }
board-target = aim: { $x }
board-encounters = Encounters by state
board-24h = Last 24 hours
board-no-encounters = No encounters in the last 24 hours.
board-median = Machine answer, median
board-p95 = Machine answer, 95th percentile
board-unanswered = Not answered yet
board-sites = Sites
board-no-sites = No site has a station yet.
board-destinations = Destinations
board-no-destinations = No agreement names a destination yet.
stations-online = Stations seen
last-answer = Last answer
answers = answers
answers-not = does not answer
