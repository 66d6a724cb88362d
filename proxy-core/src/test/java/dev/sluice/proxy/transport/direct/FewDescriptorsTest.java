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
        Process proxy = start(log, "");
        List<RawConnection> clients = new ArrayList<>();
        try {
            InetSocketAddress address = address(proxy);
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

    /** The JDK makes what virtual threads wait with when the first one waits: without descriptors none could, ever. */
    @Test
    void theFirstClientIsServedWhereOthersHaveTakenTheDescriptors(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(SHELL));
        Path log = folder.resolve("log");
        Process proxy = start(log, "3");
        try (RawConnection client = RawConnection.connect(address(proxy))) {
            for (int i = 0; i < 3; i++) {
                client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
                assertThat(client.readExactly(5)).isEqualTo("hello");
            }
        } finally {
            proxy.getOutputStream().close();
            proxy.waitFor();
        }
        assertThat(log).content().doesNotContain("ended with a fault");
    }

    private static InetSocketAddress address(Process proxy) throws Exception {
        String port =
                new BufferedReader(new InputStreamReader(proxy.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }

    private static Process start(Path log, String left) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        SHELL.toString(),
                        "-c",
                        "ulimit -n 150 && exec \"$0\" -cp \"$1\" \"$2\" $3",
                        java,
                        System.getProperty("java.class.path"),
                        FewDescriptorsProxy.class.getName(),
                        left)
                .redirectError(log.toFile())
                .start();
    }
}
