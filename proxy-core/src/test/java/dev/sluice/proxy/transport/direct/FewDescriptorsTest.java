package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.proxy.testing.RawConnection;
import java.io.BufferedReader;
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

/** A process that may open 150 files and has more idle clients. */
@Timeout(120)
class FewDescriptorsTest {
    private static final Path SHELL = Path.of("/bin/sh");

    @Test
    void idleConnectionsAreClosedForNewOnesAndLoggedInOneLine(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(SHELL));
        Path log = folder.resolve("log");
        Process proxy = start(log);
        List<RawConnection> clients = new ArrayList<>();
        try {
            String port = new BufferedReader(new InputStreamReader(proxy.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
            for (int i = 0; i < 200; i++) {
                clients.add(RawConnection.connect(address));
            }
            for (int i = 0; i < 5; i++) {
                RawConnection client = RawConnection.connect(address);
                clients.add(client);
                client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            }
        } finally {
            clients.forEach(RawConnection::close);
            proxy.getOutputStream().close();
            proxy.waitFor();
        }
        List<String> lines = Files.readAllLines(log);
        assertThat(lines)
                .filteredOn(line -> line.contains("cannot accept connections"))
                .singleElement()
                .asString()
                .contains("longest idle connections are closed");
        assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
    }

    private static Process start(Path log) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        SHELL.toString(),
                        "-c",
                        "ulimit -n 150 && exec \"$0\" -cp \"$1\" \"$2\"",
                        java,
                        System.getProperty("java.class.path"),
                        FewDescriptorsProxy.class.getName())
                .redirectError(log.toFile())
                .start();
    }
}
