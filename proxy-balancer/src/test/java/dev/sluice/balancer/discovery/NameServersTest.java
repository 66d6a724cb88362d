package dev.sluice.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameServersTest {
    @TempDir
    Path folder;

    private NameServers of(String content) throws IOException {
        return NameServers.of(Files.writeString(folder.resolve("resolv.conf"), content));
    }

    @Test
    void theFirstThreeAddressesCount() throws IOException {
        NameServers servers = of("""
                # nameserver 10.0.0.9
                search example.test
                nameserver 10.0.0.1
                nameserver not.an.address
                nameserver 10.0.0.256
                  nameserver\t2001:db8::2  # the second
                nameserver 10.0.0.3
                nameserver 10.0.0.4
                """);

        assertThat(servers.servers())
                .extracting(Object::toString)
                .containsExactly("/10.0.0.1:53", "/[2001:db8:0:0:0:0:0:2]:53", "/10.0.0.3:53");
    }

    @Test
    void aChangedFileIsUsedFromTheNextQuestionOn() throws IOException {
        NameServers servers = of("nameserver 10.0.0.1\n");
        servers.servers();
        of("nameserver 10.0.0.2\n");

        assertThat(servers.servers()).extracting(Object::toString).containsExactly("/10.0.0.2:53");
    }

    @Test
    void aFileWithoutServersIsAFailure() throws IOException {
        NameServers none = of("search example.test\n");
        NameServers missing = NameServers.of(folder.resolve("absent"));

        assertThatThrownBy(none::servers).isInstanceOf(IOException.class).hasMessageEndingWith(" names none");
        assertThatThrownBy(missing::servers).isInstanceOf(IOException.class).hasMessageContaining("cannot be read");
    }
}
