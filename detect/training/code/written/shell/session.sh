$ cd project
$ ls
README.md  src  tests
$ git status
$ npm install
$ npm test -- --watch
$ sudo systemctl status docker
$ export API_URL=http://localhost:3000
$ curl -s -X POST "$API_URL/users" -H 'Content-Type: application/json' -d '{"name":"Jo"}'
$ docker ps -a
$ pip install --upgrade pip
$ python manage.py migrate
$ rm -rf node_modules
$ cp .env.example .env
$ chmod +x run.sh && ./run.sh
# apt-get install nginx
# service nginx reload
root@host:~# tail -f /var/log/syslog
user@host:~/src$ make install
for f in *.png; do convert "$f" "${f%.png}.jpg"; done
while read -r line; do echo "$line"; done < input.txt
if [ -f .env ]; then source .env; fi
sudo rm -rf /tmp/cache
mv old.txt new.txt
touch file.txt
apt-get remove --purge mysql-server
yum install -y epel-release
dnf update
pacman -Syu
ssh user@10.0.0.5
kill -9 1234
unzip archive.zip -d out
