sudo apt-get update && sudo apt-get upgrade -y
sudo apt install -y build-essential curl git
curl -fsSL https://get.example.org/install.sh | sudo bash
wget -qO- https://example.org/key.asc | gpg --dearmor > /usr/share/keyrings/example.gpg
tar xzf release.tar.gz -C /opt
cd /opt/release && ./configure --prefix=/usr/local && make -j4 && sudo make install
mkdir -p ~/.ssh && chmod 700 ~/.ssh
ssh-keygen -t ed25519 -C me@example.org
scp -r build/ deploy@example.org:/srv/app
rsync -avz --delete ./public/ deploy@example.org:/srv/www/
git clone https://example.org/team/app.git
git checkout -b feature/login
git add -A && git commit -m "Add login"
git push origin HEAD --force-with-lease
git rebase -i HEAD~3
docker build -t app:latest .
docker run --rm -it -p 8080:80 -v "$PWD":/work app:latest
docker compose up -d
docker exec -it db psql -U postgres
kubectl get pods -n staging -o wide
kubectl apply -f deploy.yaml
kubectl logs -f deploy/web --tail=100
helm upgrade --install web ./chart --set image.tag=1.2
npm install --save-dev typescript
npm run build
yarn add react
pip install -r requirements.txt
python3 -m venv .venv && source .venv/bin/activate
cargo build --release
go test ./...
brew install jq
systemctl restart nginx
journalctl -u nginx --since today
grep -rn "TODO" src | head -20
find . -name '*.log' -mtime +7 -delete
ps aux | grep java | awk '{print $2}' | xargs kill -9
sed -i 's/foo/bar/g' config.txt
cat access.log | cut -d' ' -f1 | sort | uniq -c | sort -rn | head
export PATH="$HOME/bin:$PATH"
echo "deb https://example.org/debian stable main" | sudo tee /etc/apt/sources.list.d/example.list
ls -la /var/log
df -h
chown -R www-data:www-data /var/www
ln -s /opt/app/bin/app /usr/local/bin/app
crontab -l | { cat; echo "0 5 * * * /usr/local/bin/backup"; } | crontab -
openssl req -x509 -newkey rsa:4096 -keyout key.pem -out cert.pem -days 365 -nodes
aws s3 cp dump.sql.gz s3://backups/ --sse
terraform plan -out plan.bin
make clean all
