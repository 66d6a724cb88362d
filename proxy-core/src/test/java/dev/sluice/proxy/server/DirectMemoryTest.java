package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JDK copies the bytes that a platform thread reads or writes to memory outside the heap. The thread keeps as much
 * of this memory as its largest system call used. Below 21 each kept connection has such a thread. With 16 KiB each,
 * 100 of them fit into 4 MiB; with 64 KiB, the size of our buffers, they would not.
 */
@Timeout(120)
class DirectMemoryTest {
    private static final int CONNECTIONS = 100;
    private static final int LENGTH = 300_000;
    private static final String BODY = "x".repeat(LENGTH);

    @Test
    void aKeptConnectionHoldsLittleMemoryOutsideOfTheHeapAfterLargeBodies(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        List<RawConnection> clients = new ArrayList<>();
        try (ScriptedOrigin origin = ScriptedOrigin.start(DirectMemoryTest::echo)) {
            Process proxy = start(origin, log);
            try {
                InetSocketAddress address = address(proxy);
                for (int i = 0; i < CONNECTIONS; i++) {
                    RawConnection client = RawConnection.connect(address);
                    clients.add(client);
                    client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + LENGTH + "\r\n\r\n" + BODY);
                    assertThat(client.readHead()).as("connection %d", i).startsWith("HTTP/1.1 200 ");
                    // In pieces, because a failing assertion prints the whole text.
                    for (int read = 0; read < LENGTH; read += 1_000) {
                        client.readExactly(1_000);
                    }
                }
            } finally {
                clients.forEach(RawConnection::close);
                proxy.getOutputStream().close();
                proxy.waitFor();
            }
        }
        assertThat(Files.readString(log)).doesNotContain("OutOfMemoryError");
    }

    private static void echo(RawConnection connection) throws IOException {
        connection.readHead();
        String body = connection.readExactly(LENGTH);
        connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + LENGTH + "\r\n\r\n" + body);
    }

    private static InetSocketAddress address(Process proxy) throws IOException {
        String port =
                new BufferedReader(new InputStreamReader(proxy.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(port).as("port of the proxy").isNotNull();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }

    private static Process start(ScriptedOrigin origin, Path log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=4m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeBodyProxy.class.getName(),
                        origin.uri().toString())
                .redirectError(log.toFile())
                .start();
    }
}
