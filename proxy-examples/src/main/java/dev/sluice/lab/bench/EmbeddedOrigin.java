package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The origin if nginx is not installed, and for bodies of 1 GB. Each connection has a loop over a blocking socket. A
 * body is read and left out, if the request says its length. It trusts its input.
 */
final class EmbeddedOrigin implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private static final Map<String, byte[]> RESPONSES = Map.of(
            "/1k", response(Origin.KILOBYTE),
            "/64k", response(64 * Origin.KILOBYTE),
            "/10m", response(10 * Origin.MEGABYTE));

    /** The path of a response of 1 GB. */
    static final String GIGABYTE = "/1g";

    private static final byte[] NOT_FOUND =
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final List<ServerSocket> servers = new ArrayList<>();

    /** Listens at these addresses, {@code host:port}, until standard input ends. */
    public static void main(String[] args) throws IOException {
        try (EmbeddedOrigin origin = new EmbeddedOrigin()) {
            for (String address : args) {
                int colon = address.lastIndexOf(':');
                InetAddress host = InetAddress.getByName(address.substring(0, colon));
                origin.listen(new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))));
            }
            System.out.println(ChildProcess.READY + origin.servers.get(0).getLocalPort());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
        System.exit(0);
    }

    /** Listens at one more address. Returns the port. */
    int listen(InetSocketAddress address) throws IOException {
        ServerSocket server = new ServerSocket();
        servers.add(server);
        server.bind(address, BACKLOG);
        Workers.start(() -> accept(server));
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket server : servers) {
            server.close();
        }
    }

    private static void accept(ServerSocket server) {
        try {
            while (true) {
                Socket client = server.accept();
                Workers.start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The origin was told to end.
        }
    }

    private static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            HeadReader requests = new HeadReader(client.getInputStream());
            OutputStream out = client.getOutputStream();
            while (requests.next()) {
                String line = requests.firstLine();
                int at = line.indexOf(' ') + 1;
                String path = line.substring(at, line.indexOf(' ', at));
                String length = requests.field("Content-Length");
                requests.skip(length == null ? 0 : Long.parseLong(length));
                if (path.equals(GIGABYTE)) {
                    writeGigabyte(out);
                } else {
                    out.write(RESPONSES.getOrDefault(path, NOT_FOUND));
                }
            }
        } catch (IOException gone) {
            // A client may leave at any time.
        }
    }

    private static void writeGigabyte(OutputStream out) throws IOException {
        out.write(head(1024 * Origin.MEGABYTE));
        byte[] part = new byte[64 * Origin.KILOBYTE];
        for (int sent = 0; sent < 1024 * Origin.MEGABYTE; sent += part.length) {
            out.write(part);
        }
    }

    private static byte[] head(int length) {
        return ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] response(int length) {
        byte[] head = head(length);
        byte[] all = Arrays.copyOf(head, head.length + length);
        Arrays.fill(all, head.length, all.length, (byte) 'x');
        return all;
    }
}
