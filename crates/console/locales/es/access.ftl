# Getting in
login = Usuario
password = Contraseña
password-new = Contraseña nueva
password-again = La misma contraseña otra vez
password-current = Contraseña actual
password-hint = Al menos { $n } caracteres. Cuatro o cinco palabras sin relación entre sí son una buena elección.
one-time-code = Código de un solo uso
your-name = Su nombre
first-start-title = Primer inicio
first-start-text = Este centro aún no tiene cuentas. Registre a su administrador: no hay contraseñas por defecto.
first-start-code-hint = Está impreso en la terminal donde se inició el servidor.
first-start-go = Registrar al administrador
sign-in-title = Iniciar sesión
sign-in-go = Iniciar sesión
sign-in-join = Tengo un código de un solo uso
sign-in-locked = Demasiados intentos fallidos. Esta cuenta está bloqueada hasta
sign-in-logged = Cada inicio de sesión y cada consulta de un expediente quedan escritos en el registro.
join-title = Registrarse con un código de un solo uso
join-text = El administrador le dio un usuario y un código. Elija su contraseña.
join-go = Registrarse
join-sign-in = Ya tengo una contraseña
profile-title = Su perfil
profile-last = Inicio de sesión anterior
profile-keys = Atajos de una sola tecla
profile-keys-hint = Desactívelos si dicta por voz o pulsa teclas sin querer.
profile-password = Cambiar la contraseña
profile-password-go = Cambiar la contraseña

# Reason on every look
reason-title = ¿Por qué abre este expediente?
reason-text = Un expediente solo se abre para una finalidad y un caso. Ambos quedan escritos en el registro con su nombre y la hora.
case-number-hint = El número del expediente al que corresponde esta consulta.
reason-go = Abrir el expediente
opened-for = Abierto para
opened-until = se cierra a las

# Errors: what happened, what was kept, what to do next
error-kept = Qué se guardó
error-next = Qué hacer ahora
error-needed = Hace falta la función
error-back = Al tablero de guardia
error-status = Estado { $n }
error-reference = referencia { $x }
error-kept-nothing = No se modificó nada.
error-kept-other = El cambio de la otra persona sigue en pie; el suyo no se hizo.
error-kept-before = Todo lo guardado antes sigue ahí. Este último paso no se hizo.
error-next-forbidden = Pregunte a su administrador si su función debería permitirlo.
error-next-not-found = Compruebe la dirección o vuelva a empezar desde el tablero.
error-next-bad-form = Vuelva atrás, cargue la página de nuevo y envíe otra vez el formulario.
error-next-conflict = Vuelva atrás, vea el estado más reciente y decida de nuevo.
error-next-refused = Vuelva atrás en su navegador y vea el estado más reciente; el motivo de arriba dice qué lo impide.
error-next-too-large = Envíe un archivo más pequeño.
error-next-too-many = Espere un minuto e inténtelo de nuevo.
error-next-failed = Inténtelo de nuevo en un minuto. Si vuelve a fallar, dé al administrador la referencia de abajo.
