# The gateway's nginx configuration, pure: options in, text out. A NixOS host and a test with any other nginx use the
# same lines. `http` goes outside the server, `locations` inside it.
{
  # host:port of the dashboard, and of the forge (null: none)
  dashboard,
  forge ? null,
  # Directory with the Matrix client's files in matrix/ below it (null: none)
  matrixParent ? null,
}:
let
  # Everything streams: event streams and sockets live for hours, and nothing is held back in a buffer.
  proxy = upstream: ''
    proxy_pass http://${upstream};
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $hive_connection;
    proxy_buffering off;
    proxy_request_buffering off;
    proxy_read_timeout 1d;
    proxy_send_timeout 1d;
  '';
in
{
  http = ''
    map $http_upgrade $hive_connection {
      default upgrade;
      "" "";
    }
    # A navigation says that it takes HTML, an asset's request does not: a missing asset stays a 404.
    map $http_accept $hive_matrix_page {
      default /matrix/.no-page;
      ~*text/html /matrix/index.html;
    }
  '';
  locations = {
    # The dashboard, and the agents' pages below /agent/<name>/, which hive-c0re serves itself.
    "/" = proxy dashboard;
  }
  // (
    if forge == null then
      { }
    else
      {
        # Forgejo takes the prefix off through its ROOT_URL; the trailing slash here takes it off the request.
        "/forge/" = proxy "${forge}/" + ''
          client_max_body_size 512m;
        '';
      }
  )
  // (
    if matrixParent == null then
      { }
    else
      {
        "/matrix/" = ''
          root ${matrixParent};
          try_files $uri $uri/index.html $hive_matrix_page =404;
        '';
      }
  );
}
