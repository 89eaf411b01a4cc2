@ECHO OFF
TITLE Install
SET /P ANSWER=Install now? [y/n] 
IF /I "%ANSWER%"=="n" GOTO :EOF
CD /D %~dp0
REG ADD "HKLM\Software\Demo" /v Path /t REG_SZ /d "%CD%" /f
SC QUERY demo | FIND "RUNNING" >NUL
IF %ERRORLEVEL% EQU 0 (
  NET STOP demo
) ELSE (
  ECHO Not running.
)
COPY /Y demo.exe %SystemRoot%\System32\
FOR /F "tokens=1,2 delims==" %%a IN (settings.ini) DO (
  IF "%%a"=="port" SET PORT=%%b
)
DEL /Q *.tmp 2>NUL
START "" notepad.exe readme.txt
TIMEOUT /T 5
CALL :log "installed on port %PORT%"
GOTO :EOF
:log
ECHO [%DATE% %TIME%] %~1 >> install.log
EXIT /B
