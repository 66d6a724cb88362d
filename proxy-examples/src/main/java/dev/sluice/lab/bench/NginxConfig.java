package dev.sluice.lab.bench;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two configurations of nginx: one as the origin, one as a proxy under test. Both run in the foreground and log
 * only errors.
 */
final class NginxConfig {
    /** The connections that each worker keeps to the origin. nginx opens as many as its clients need. */
    private static final int ORIGIN_CONNECTIONS = 6_000;

    private NginxConfig() {}

    /** Serves the files of a folder at each of the addresses. */
    static String origin(Path prefix, Path root, List<String> addresses) {
        StringBuilder listens = new StringBuilder();
        addresses.forEach(address -> listens.append("listen ").append(address).append(" backlog=4096;\n"));
        return head(prefix) + """
                sendfile on;
                open_file_cache max=16 inactive=1h;
                server {
                root %s;
                %s}
                }
                """.formatted(root, listens);
    }

    /**
     * Forwards to the addresses in turn over kept connections, and writes no body to disk. It adds no fields, so it
     * does less than a proxy usually must.
     */
    static String proxy(Path prefix, int port, Setup setup) {
        StringBuilder servers = new StringBuilder();
        setup.origins()
                .forEach(origin -> servers.append("server ").append(origin).append(";\n"));
        int kept = setup.originConnections() == 0 ? ORIGIN_CONNECTIONS : setup.originConnections();
        return head(prefix) + """
                upstream origin {
                %skeepalive %d;
                keepalive_requests 1000000000;
                keepalive_timeout 1h;
                }
                server {
                listen 127.0.0.1:%d backlog=4096%s;
                http2_max_concurrent_streams %d;
                %slocation / {
                proxy_pass http://origin;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_max_temp_file_size 0;
                proxy_request_buffering off;
                client_max_body_size 0;
                }
                }
                }
                """.formatted(servers, kept, port, flags(setup), Setup.STREAMS, tls(setup.keys()));
    }

    private static String flags(Setup setup) {
        return (setup.keys() == null ? "" : " ssl") + (setup.http2() ? " http2" : "");
    }

    private static String tls(@Nullable KeyFiles keys) {
        return keys == null ? "" : """
                ssl_certificate %s;
                ssl_certificate_key %s;
                ssl_protocols TLSv1.2 TLSv1.3;
                """.formatted(keys.chain(), keys.key());
    }

    /** The same, with all that it forwards compressed at this level; 0 for no compression. */
    static String compressing(String config, int level) {
        return level == 0
                ? config
                : config.replace(
                        "access_log off;",
                        "access_log off;\ngzip on;\ngzip_proxied any;\ngzip_comp_level " + level + ";");
    }

    private static String head(Path prefix) {
        // Otherwise its workers change to a user that may not read the temporary folder.
        String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
        long files = Environment.openFilesLimit();
        return user + """
                worker_processes auto;
                worker_rlimit_nofile %1$d;
                daemon off;
                pid %2$s/nginx.pid;
                error_log stderr error;
                events { worker_connections %1$d; }
                http {
                access_log off;
                default_type text/plain;
                client_body_temp_path %2$s/body;
                proxy_temp_path %2$s/proxy;
                fastcgi_temp_path %2$s/fastcgi;
                uwsgi_temp_path %2$s/uwsgi;
                scgi_temp_path %2$s/scgi;
                keepalive_requests 1000000000;
                keepalive_timeout 1h;
                """.formatted(files, prefix);
    }
}
