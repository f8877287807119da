# Stations
stations-title = Estaciones
stations-none = Ninguna estación todavía.
station-key = Huella de su clave
station-new = Preparar una estación
station-new-text = El código permite a la estación registrar su propia clave una vez: ridgeline station enrol.
station-new-go = Crear un código

# Agreements
agreements-title = Acuerdos
agreements-text = Nada sale de este centro si no lo dice uno de estos, firmado y en vigor.
agreements-none = Ningún acuerdo: nada sale.
agreement = Acuerdo
parties = Partes
terms = Condiciones
term = Condición
value = Valor
terms-search = { $n ->
    [one] { $purpose }: FPIR { $fpir }, como máximo { $n } candidato
   *[other] { $purpose }: FPIR { $fpir }, como máximo { $n } candidatos
 }
terms-search-priority = { $n ->
    [one] { $purpose }: FPIR { $fpir }, como máximo { $n } candidato, con prioridad
   *[other] { $purpose }: FPIR { $fpir }, como máximo { $n } candidatos, con prioridad
 }
terms-earlier = { $n ->
    [one] { $purpose }: se busca en encuentros anteriores de { $of }, { $n } día
   *[other] { $purpose }: se busca en encuentros anteriores de { $of }, { $n } días
 }
terms-new-entries = { $n ->
    [one] { $purpose }: las entradas nuevas de { $lists } se buscan aquí, { $n } día
   *[other] { $purpose }: las entradas nuevas de { $lists } se buscan aquí, { $n } días
 }
terms-nothing-remains = { $x }: nada se conserva después de la respuesta
terms-retention = { $n ->
    [one] { $purpose }: { $n } día
   *[other] { $purpose }: { $n } días
 }
terms-marks-stored = marcas: solo se guardan
terms-marks-none = marcas: no se toman
signatures = Firmas
unsigned = en papel, no se comprueba aquí
verified = verificada
verified-not = no se verifica
versions = Versiones
version-n = Versión { $n }
compare-before = Comparar con la anterior
diff-title = Comparar versiones
diff-head = De la versión { $n } a la { $m }
diff-from = Anterior
diff-to = Posterior
diff-go = Comparar
change = Cambio

# Audit
audit-title = Auditoría
audit-verify = Verificar ahora
audit-verification = Última verificación
audit-unverified = Aún no verificado.
audit-good = íntegro
audit-bad = { $n ->
    [one] { $n } problema
   *[other] { $n } problemas
 }
audit-checked = { $n ->
    [one] { $s } hoja comprobada
   *[other] { $s } hojas comprobadas
 }
audit-checkpoint = Punto de control firmado
audit-no-checkpoint = Ningún punto de control todavía.
audit-size = Hojas
audit-root = Raíz
audit-signed = Firmado
audit-index = Hoja
audit-actor = Quién
audit-action = Qué
audit-subject = Sobre
audit-hash = Huella
audit-none = Ninguna hoja coincide.

# Users
users-title = Usuarios y funciones
invite-title = Invitar a una persona
invite-text = Elige su propia contraseña con un código de un solo uso. Quien propone nunca aprueba la misma entrada.
invite-go = Invitar
