{ build = pkgz; }
