@echo off
setlocal EnableDelayedExpansion
rem Builds and copies the site.
set TARGET=%~1
if "%TARGET%"=="" (
    echo Usage: %~nx0 folder
    exit /b 1
)
if not exist "%TARGET%\logs" mkdir "%TARGET%\logs"
call :build release || goto :failed
for /f "tokens=1,2 delims==" %%a in (settings.ini) do set %%a=%%b
for %%f in (*.dll) do (
    copy /y "%%f" "%TARGET%" >nul
    set /a COUNT+=1
)
echo !COUNT! files copied to %TARGET%
xcopy /s /e /q "static" "%TARGET%\static\"
del /q temp\*.tmp 2>nul
pause
goto :eof

:build
msbuild Shop.sln /p:Configuration=%1 /m
if %errorlevel% neq 0 exit /b %errorlevel%
exit /b 0

:failed
echo The build failed.
endlocal
exit /b 1
