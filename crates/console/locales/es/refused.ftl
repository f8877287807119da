# What the hub does not do although it was asked. A page adds the capital and the full stop. $found is empty, or a full
# stop and what was found in the files.

# Accounts
refused-administrator-exists = este centro ya tiene un administrador
refused-login-form = un usuario tiene de 1 a 64 letras minúsculas sin acento, cifras, puntos, guiones o guiones bajos
refused-name-missing = el nombre y la institución no pueden quedar vacíos
refused-login-taken = el usuario { $login } ya existe
refused-wrong-code = este código no es correcto, ya se usó o caducó: pida uno nuevo
refused-too-many-tries = { $seconds ->
    [one] demasiadas contraseñas incorrectas: inténtelo de nuevo en { $seconds } segundo
   *[other] demasiadas contraseñas incorrectas: inténtelo de nuevo en { $seconds } segundos
 }
refused-wrong-login = el usuario o la contraseña no son correctos
refused-wrong-password = la contraseña actual no es correcta: no se modificó nada
refused-password-length = { $least ->
    [one] una contraseña tiene al menos { $least } carácter (cuatro o cinco palabras son fáciles de recordar)
   *[other] una contraseña tiene al menos { $least } caracteres (cuatro o cinco palabras son fáciles de recordar)
 }
refused-own-account = usted no puede desactivar su propia cuenta: otro administrador puede hacerlo
refused-no-account = no existe esa cuenta
refused-last-auditor = no se puede quitar al último auditor
refused-no-role = indique al menos una función
refused-roles-clash = una misma persona no puede ser «{ $one }» y «{ $other }»

# Stations
refused-station-incomplete = una estación necesita un nombre y una sede
refused-station-profile = el perfil es fixed (fija), mobile (móvil) o hub (centro)
refused-station-reason = indique el motivo: queda escrito en el registro
refused-no-station = no existe esa estación
refused-station-not-now = una estación en el estado «{ $from }» no puede pasar a «{ $to }»

# Lists and entries
refused-list-incomplete = una lista necesita un nombre, un contacto y al menos una finalidad
refused-list-days = { $most ->
    [one] las entradas pueden durar como máximo { $most } día, y al menos uno
   *[other] las entradas pueden durar como máximo { $most } días, y al menos uno
 }
refused-propose-elsewhere = la lista { $list } es de { $agency }: solo sus propios originadores proponen entradas
refused-entry-missing = { $field ->
    [originator] falta el originador: una entrada lo necesita
    [reference] falta la referencia del originador: una entrada la necesita
    [basis] falta la base jurídica: una entrada la necesita
    [category] falta la categoría: una entrada la necesita
    [caveat] falta la advertencia: una entrada la necesita
   *[handling] falta el código de uso: una entrada lo necesita
 }
refused-entry-thin-basis = { $least ->
    [one] la base jurídica debe nombrar la orden, el mandamiento o la sentencia individual (al menos { $least } carácter)
   *[other] la base jurídica debe nombrar la orden, el mandamiento o la sentencia individual (al menos { $least } caracteres)
 }
refused-entry-category = «{ $category }» no es una de las categorías de este centro
refused-entry-dates = las fechas deben ir en este orden: comienzo, revisión, fin; y el fin debe estar por venir
refused-entry-too-long = { $most ->
    [one] una entrada de esta lista dura como máximo { $most } día
   *[other] una entrada de esta lista dura como máximo { $most } días
 }
refused-entry-same-person = usted propuso esta entrada: otra persona debe aprobarla
refused-entry-other-agency = { $most ->
    [one] más de { $most } entrada se apoya en el mismo texto: debe mirarla un aprobador de una institución distinta de { $agency }
   *[other] más de { $most } entradas se apoyan en el mismo texto: debe mirarla un aprobador de una institución distinta de { $agency }
 }
refused-entry-not-now = una entrada en el estado «{ $state }» no se puede cambiar de este modo
refused-entry-clock = eso lo hace el reloj, no una persona
refused-entry-reason = indique el motivo: se conserva en el registro
refused-longer-elsewhere = solo los originadores de la propia entrada piden más tiempo
refused-longer-not-asked = nadie ha pedido más tiempo para esta entrada
refused-longer-days = indique el nuevo último día y la próxima revisión como fechas
refused-no-image = ninguna imagen utilizable de dedo o iris en lo aportado{ $found }
refused-no-template = con estas imágenes no se puede hacer ninguna plantilla: aporte otras mejores{ $found }
refused-twice-elsewhere = la lista { $list } es de { $agency }: solo su propio personal busca personas que figuren dos veces en ella
refused-twice-under-way = la lista ya se está comparando: vea cuánto ha avanzado
refused-twice-never = esta lista nunca se ha comparado
refused-twice-no-agreement = ningún acuerdo en vigor permite alguna de las finalidades de esta lista

# Examination and alerts
refused-case-closed = este caso está cerrado: ya no se puede decidir nada sobre él
refused-case-same-person = usted ya decidió sobre este caso: debe hacerlo otro examinador
refused-case-needs-lead = dos examinadores discrepan en este caso: decide un examinador principal
refused-case-other-part = usted interviene de otro modo en este caso (propuso o aprobó la entrada, o recibe sus alertas): debe decidirlo otro examinador
refused-alert-not-now = una alerta en el estado «{ $state }» no se puede cambiar de este modo
refused-alert-not-yours = esta alerta no va dirigida a usted
refused-alert-not-recipients = esto no es algo que haga un destinatario
refused-retract-reason = diga en una frase por qué la alerta era errónea: la leerán sus destinatarios y el originador de la lista

# Known cases
refused-known-title = { $most ->
    [one] póngale un nombre de { $most } letra como máximo
   *[other] póngale un nombre de { $most } letras como máximo
 }
refused-known-file = { $side ->
    [first] aporte un archivo para la primera captura
   *[second] aporte un archivo para la segunda captura
 }
refused-known-image = { $side ->
    [first] la primera captura: ninguna imagen utilizable de dedo o iris en lo aportado{ $found }
   *[second] la segunda captura: ninguna imagen utilizable de dedo o iris en lo aportado{ $found }
 }
refused-known-nothing-in-common = las dos capturas no tienen ningún dedo ni ojo en común: no se podría comparar nada
refused-known-under-way = ya está entre los casos de los examinadores: se decide como cualquier otro

# Redress
refused-redress-kind = indique qué pide la persona
refused-redress-words = { $most ->
    [one] escriba lo que dice la persona, en { $most } letra como máximo
   *[other] escriba lo que dice la persona, en { $most } letras como máximo
 }
refused-redress-long = { $most ->
    [one] dígalo en { $most } letra como máximo
   *[other] dígalo en { $most } letras como máximo
 }
refused-redress-own-entry = usted propuso o aprobó esta entrada: debe decidir otro responsable
refused-redress-not-now = una solicitud en el estado «{ $state }» no se puede cambiar de este modo
refused-redress-no-reason = dé la razón en una frase: la persona la leerá
refused-redress-no-entry = ninguna entrada tiene la referencia «{ $reference }»
refused-redress-many-entries = varias entradas tienen la referencia «{ $reference }»: indique el identificador de la entrada
refused-redress-no-encounter = no hay un único encuentro con el número «{ $number }»
