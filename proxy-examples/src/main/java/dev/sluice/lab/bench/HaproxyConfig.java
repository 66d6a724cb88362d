package dev.sluice.lab.bench;

/** The configuration of HAProxy as a proxy under test. */
final class HaproxyConfig {
    /** Descriptors for other things than the connections of clients, such as connections to the origin. */
    private static final int OTHER_FILES = 2_000;

    private HaproxyConfig() {}

    /**
     * Forwards to the addresses in turn over kept connections that all clients share, with a thread for each processor,
     * and logs nothing. Connections are kept as long as nginx keeps them. It adds no fields, so it does less than a
     * proxy usually must.
     */
    static String proxy(Setup setup, int port) {
        long files = Environment.openFilesLimit();
        String limit = setup.originConnections() == 0 ? "" : " maxconn " + setup.originConnections();
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < setup.origins().size(); i++) {
            servers.append("server s%d %s%s pool-purge-delay 1h\n"
                    .formatted(i, setup.origins().get(i), limit));
        }
        String tls = setup.keys() == null ? "" : " ssl crt " + setup.keys().both() + " ssl-min-ver TLSv1.2";
        String protocol = setup.http2() ? " proto h2" : "";
        return """
                global
                nbthread %d
                maxconn %d
                ulimit-n %d
                no strict-limits
                tune.h2.max-concurrent-streams %d
                defaults
                mode http
                timeout connect 10s
                timeout client 1h
                timeout server 1h
                timeout http-keep-alive 1h
                http-reuse always
                frontend clients
                bind 127.0.0.1:%d backlog 4096%s%s
                maxconn %d
                default_backend origins
                backend origins
                %s""".formatted(
                        Runtime.getRuntime().availableProcessors(),
                        files - OTHER_FILES,
                        files,
                        Setup.STREAMS,
                        port,
                        tls,
                        protocol,
                        files - OTHER_FILES,
                        servers);
    }
}
