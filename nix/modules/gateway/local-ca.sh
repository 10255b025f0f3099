#!/usr/bin/env bash
# A certificate authority of this host's own, and a certificate of it for one name: local-ca.sh DIR NAME
# Repeatable: both are made again for another name, since the authority may sign no other; the certificate also when it
# ends within a month.
set -euo pipefail
dir=$1 name=$2
umask 077
mkdir -p "$dir"
cd "$dir"
if [ ! -e ca.pem ] || [ "$(cat name 2>/dev/null)" != "$name" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -keyout ca.key -out ca.new \
    -subj "/CN=hyperhive on $name" -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
    -addext "keyUsage=critical,keyCertSign" -addext "nameConstraints=critical,permitted;DNS:$name"
  mv ca.new ca.pem
fi
if [ "$(cat name 2>/dev/null)" != "$name" ] || ! openssl x509 -in cert.pem -noout -checkend 2592000 >/dev/null; then
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout key.new -out cert.csr -subj "/CN=$name"
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$name" >cert.ext
  openssl x509 -req -in cert.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 397 -extfile cert.ext -out cert.new
  mv key.new key.pem
  mv cert.new cert.pem
  printf '%s' "$name" >name
fi
chmod 0755 .
chmod 0644 ca.pem cert.pem
chgrp "${HIVE_CA_GROUP:-root}" key.pem
chmod 0640 key.pem
