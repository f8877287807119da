# Roles
role-station-operator = Operador de estación
role-site-supervisor = Supervisor de sede
role-examiner = Examinador
role-lead-examiner = Examinador principal
role-watch-officer = Oficial de guardia
role-recipient = Destinatario
role-list-originator = Originador de listas
role-list-approver = Aprobador de listas
role-agreement-officer = Responsable de acuerdos
role-redress-officer = Responsable de reclamaciones
role-quality-officer = Responsable de calidad
role-auditor = Auditor
role-administrator = Administrador

# Areas
area-board = Tablero
area-encounters = Encuentros
area-examine = Examinar
area-conflicts = Conflictos
area-alerts = Alertas
area-lists = Listas
area-stations = Estaciones
area-agreements = Acuerdos
area-redress = Derechos
area-quality = Calidad
area-audit = Auditoría
area-users = Usuarios

# Encounters
encounter-state-draft = Borrador
encounter-state-capturing = En captura
encounter-state-review = En revisión
encounter-state-sealed = Sellado
encounter-state-queued = En cola
encounter-state-sent = Enviado
encounter-state-received = Recibido
encounter-state-validated = Leído
encounter-state-rejected = No aceptado
encounter-state-waiting-for-search = En espera de búsqueda
encounter-state-searching = En búsqueda
encounter-state-no-candidate = Sin candidato
encounter-state-candidates = Con candidatos
encounter-state-examining = En examen
encounter-state-confirmed = Confirmado
encounter-state-not-confirmed = No confirmado
encounter-state-inconclusive = No concluyente
encounter-state-answered = Respondido
encounter-state-closed = Cerrado
encounter-state-recapture-requested = Nueva captura pedida
encounter-state-held = Retenido
encounter-state-expired = Caducado
encounter-state-withdrawn = Retirado
encounter-state-purged = Eliminado

# Answers
answer-waiting = En espera
answer-no-match = Sin coincidencia en las listas consultadas
answer-partial = Incompleto
answer-being-examined = En comprobación por un examinador
answer-confirmed = Confirmado por dos examinadores
answer-inconclusive = No concluyente
answer-recapture = Se piden mejores muestras
answer-not-answered = No respondió
answer-not-asked = No consultado: ningún acuerdo lo permite
answer-retracted = Retirado

# Entries
entry-state-proposed = Propuesta
entry-state-approved = Aprobada
entry-state-active = Activa
entry-state-suspended = Suspendida
entry-state-disputed = Impugnada
entry-state-expired = Caducada
entry-state-revoked = Revocada
entry-state-purged = Eliminada
entry-action-approve = Aprobar
entry-action-refuse = Rechazar
entry-action-suspend = Suspender
entry-action-resume = Reanudar
entry-action-dispute = Anotar una impugnación
entry-action-extend = Pedir más tiempo
entry-action-approve-longer = Aprobar más tiempo
entry-action-refuse-longer = Rechazar más tiempo
entry-action-revoke = Revocar
entry-action-purge = Eliminar

# Alerts
alert-state-raised = Emitida
alert-state-delivered = Entregada
alert-state-acknowledged = Recibo acusado
alert-state-in-hand = En curso
alert-state-closed = Cerrada
alert-state-escalated-once = Escalada una vez
alert-state-escalated-twice = Escalada dos veces
alert-state-retracted = Retirada
alert-action-acknowledge = Acusar recibo
alert-action-in-hand = Hacerse cargo
alert-action-close = Cerrar
alert-action-retract = Retirar

# Stations
station-state-provisioned = Preparada
station-state-active = Activa
station-state-stale = No vista últimamente
station-state-locked = Bloqueada
station-state-lost = Perdida
station-state-wiped = Borrada
station-state-retired = Retirada
station-kind-fixed = fija
station-kind-mobile = móvil
station-action-lock = Bloquear
station-action-unlock = Desbloquear
station-action-lost = Declarar perdida: bloquear y borrar
station-action-retire = Retirar

# Quality
quality-good = Buena
quality-fair = Aceptable
quality-poor = Baja
quality-unusable = Inservible

# Queues
queue-examine = Por examinar
queue-conflicts = Conflictos
queue-alerts = Alertas sin acuse
queue-approvals = Entradas por aprobar
queue-searches = Búsquedas incompletas
queue-answers = Respuestas por entregar
queue-held = Encuentros retenidos
queue-deletions = Supresiones sin confirmar por socios

# Decisions
decision-same = Misma persona
decision-not-same = No es la misma
decision-inconclusive = No concluyente
decision-recapture = Pedir nueva captura
pace-priority = Prioritario
pace-routine = Ordinario

# Agreements
agreement-state-draft = Borrador
agreement-state-half-signed = Firmado por una parte
agreement-state-in-force = En vigor
agreement-state-suspended = Suspendido
agreement-state-expired = Caducado
term-destination = Destino
term-purpose = Finalidad
term-data-classes = Clases de datos
term-population = Sobre quién
term-retention = Conservación
term-onward = Reenvío a
term-excluded = Nunca incluidos
term-searched = Listas consultadas
change-same = Sin cambios
change-added = Añadido
change-removed = Quitado

# Accounts
account-invited = Invitado
account-active = Activo
account-locked = Bloqueado
account-disabled = Desactivado
account-action-roles = Guardar estas funciones
account-action-new-code = Nuevo código de un solo uso
account-action-unlock = Desbloquear
account-action-disable = Desactivar
account-action-enable = Activar

# Themes and notices
theme-auto = Auto
theme-light = Día
theme-dark = Noche
notice-done = Hecho.
notice-info = Nota.
notice-problem = No se hizo.

# Images
impression-plain = plana
impression-rolled = rodada
impression-from-slap = de toma múltiple
impression-latent = latente
impression-near-infrared = infrarrojo cercano
impression-unknown = sin indicar
minutia-ending = terminación
minutia-bifurcation = bifurcación
minutia-other = otra

# Errors
error-forbidden = Su función no lo permite
error-not-found = Aquí no hay nada
error-bad-form = El formulario era demasiado antiguo
error-conflict = Otra persona fue más rápida
error-refused = Esto no se puede hacer ahora
error-too-large = Es demasiado grande
error-too-many = Demasiadas peticiones
error-failed = Falló el servidor

# Twice on a list
twice-waiting = En espera: dos examinadores deben confirmar
twice-same = La misma persona, según dos examinadores
twice-not-same = No es la misma persona
twice-inconclusive = No concluyente
twice-withdrawn = Terminada con una entrada

# Redress
known-answer-same = La misma persona
known-answer-different = Dos personas
known-stand-waiting = Espera su turno
known-stand-open = Entre los casos
known-stand-decided = Decidido
known-stand-withdrawn = Retirado
redress-kind-access = Acceso: qué se guarda sobre mí
redress-kind-rectification = Rectificación: algo está mal
redress-kind-cancellation = Cancelación: bórrenlo
redress-kind-opposition = Oposición: no lo usen
redress-state-received = Recibida
redress-state-identity-proof = Prueba pedida
redress-state-review = En revisión
redress-state-upheld = Procedente
redress-state-partly-upheld = Procedente en parte
redress-state-refused = Improcedente
redress-state-propagated = Todos avisados
redress-state-closed = Cerrada
redress-action-ask-proof = Pedir prueba
redress-action-review = Revisar
redress-action-uphold = La persona tiene razón
redress-action-uphold-partly = La persona tiene razón en parte
redress-action-refuse = La persona no tiene razón
redress-action-propagate = Todos los que tenían los datos fueron avisados
redress-action-close = Cerrar
