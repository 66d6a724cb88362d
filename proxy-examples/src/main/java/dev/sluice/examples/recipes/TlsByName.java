package dev.sluice.examples.recipes;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Several hosts at one port, each with its own certificate from files. New files take effect without a restart: new
 * connections get the new certificate, and open connections stay.
 *
 * <p>The handshake fails if the client sends no host name, or an unknown one.
 */
public final class TlsByName {
    private final List<TlsFiles> certificates = new ArrayList<>();

    /**
     * Starts a proxy at {@code port}, 0 for any, to the server at {@code origin}.
     *
     * @param folder has {@code <host>.pem} and {@code <host>-key.pem} for each host
     * @throws IllegalArgumentException if a file is missing or wrong
     */
    public ProxyServer start(int port, String origin, Path folder, List<String> hosts) {
        ServerTls.Builder byName = ServerTls.byName();
        ProxyServer.Builder server = ProxyServer.builder().port(port).addRoute("/**", origin);
        for (String host : hosts) {
            TlsFiles files = TlsFiles.builder()
                    .addPem(folder.resolve(host + ".pem"), folder.resolve(host + "-key.pem"))
                    .build();
            byName.addName(host, files);
            server.addCloseable(files);
            certificates.add(files);
        }
        return server.tls(byName.build()).build().start();
    }

    /** Looks at the files now, for what renews them to call; otherwise they are looked at once a minute. */
    public void reload() {
        certificates.forEach(TlsFiles::reload);
    }

    /** Listens at port 8443 in front of a server at port 9000, until the process ends. The arguments are the hosts. */
    public static void main(String[] args) {
        new TlsByName().start(8443, "http://127.0.0.1:9000", Path.of(""), List.of(args));
    }
}
