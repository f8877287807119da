# Duty board
board-title = Tablero de guardia
board-queues = Colas
board-oldest = más antiguo { $x }
board-none = nada en espera
board-overdue = { $n ->
    [one] { $n } fuera de plazo
   *[other] { $n } fuera de plazo
 }
board-target = meta: { $x }
board-encounters = Encuentros por estado
board-24h = Últimas 24 horas
board-no-encounters = Ningún encuentro en las últimas 24 horas.
board-median = Respuesta automática, mediana
board-p95 = Respuesta automática, percentil 95
board-unanswered = Sin respuesta aún
board-sites = Sedes
board-no-sites = Ninguna sede tiene estación todavía.
board-destinations = Destinos
board-no-destinations = Ningún acuerdo nombra un destino todavía.
stations-online = Estaciones vistas
last-answer = Última respuesta
answers = responde
answers-not = no responde
