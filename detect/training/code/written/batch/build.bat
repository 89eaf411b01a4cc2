@echo off
setlocal enabledelayedexpansion
rem Builds and packs everything.
set ROOT=%~dp0
set CONFIG=Release
if "%1"=="debug" set CONFIG=Debug
if not exist "%ROOT%\out" mkdir "%ROOT%\out"
call "%ProgramFiles%\Microsoft Visual Studio\VC\vcvarsall.bat" x64
if errorlevel 1 goto failed
for /r "%ROOT%\src" %%f in (*.c) do (
    set NAME=%%~nf
    cl /nologo /c "%%f" /Fo"%ROOT%\out\!NAME!.obj"
    if !ERRORLEVEL! neq 0 goto failed
)
link /out:app.exe out\*.obj
xcopy /y /s assets out\assets\ >nul
echo Done: %CONFIG%
exit /b 0
:failed
echo Build failed with error %errorlevel%
pause
exit /b 1
