package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import dev.sluice.lab.Java;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The server behind all proxies, in its own process: a file of 1 KB at {@code /1k}, and others at {@code /64k} and
 * {@code /10m}.
 *
 * @param addresses the addresses at which it listens, {@code host:port}
 */
record Origin(ChildProcess process, List<String> addresses) implements AutoCloseable {
    static final int KILOBYTE = 1024;
    static final int MEGABYTE = 1024 * KILOBYTE;

    /**
     * Starts the origin at this number of addresses of the loopback network, the first of which is 127.0.0.1. All have
     * the same port.
     */
    static Origin start(Workspace workspace, String kind, int count) throws IOException, InterruptedException {
        int port = Workspace.freePort();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(i == 0 ? "127.0.0.1:" + port : "127.1." + i / 250 + '.' + (i % 250 + 1) + ':' + port);
        }
        if (kind.equals("nginx")) {
            Path prefix = workspace.folder("origin");
            Path root = workspace.folder("files");
            file(root, "1k", KILOBYTE);
            file(root, "64k", 64 * KILOBYTE);
            file(root, "10m", 10 * MEGABYTE);
            String config = NginxConfig.origin(prefix, root, addresses);
            return new Origin(Nginx.start(workspace, "the origin", prefix, config, port), addresses);
        }
        ChildProcess child = workspace.start(
                "the origin", Java.running().command(List.of("-Xmx256m"), EmbeddedOrigin.class, addresses));
        child.await(ChildProcess.READY);
        return new Origin(child, addresses);
    }

    /** The port of all addresses. */
    int port() {
        String first = addresses.get(0);
        return Integer.parseInt(first.substring(first.lastIndexOf(':') + 1));
    }

    @Override
    public void close() {
        process.close();
    }

    private static void file(Path folder, String name, int length) throws IOException {
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) 'x');
        Files.write(folder.resolve(name), body);
    }
}
