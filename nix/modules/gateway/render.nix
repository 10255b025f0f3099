# A whole nginx.conf around the same lines, for an nginx that no NixOS module configures: tests, other systems.
{
  arguments,
  listen ? "127.0.0.1:8080",
  directory,
}:
let
  config = import ./nginx.nix arguments;
  location = path: "    location ${path} {\n${config.locations.${path}}    }\n";
in
''
  daemon off;
  pid ${directory}/nginx.pid;
  error_log ${directory}/error.log;
  worker_processes 1;
  events { worker_connections 256; }
  http {
    types { text/html html; text/javascript js; text/css css; image/svg+xml svg; application/json json; }
    access_log off;
    client_body_temp_path ${directory}/body;
    proxy_temp_path ${directory}/proxy;
    fastcgi_temp_path ${directory}/fastcgi;
    uwsgi_temp_path ${directory}/uwsgi;
    scgi_temp_path ${directory}/scgi;
  ${config.http}
    server {
      listen ${listen};
  ${builtins.concatStringsSep "" (map location (builtins.attrNames config.locations))}
    }
  }
''
