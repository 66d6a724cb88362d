package dev.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private final List<String> said = new ArrayList<>();
    private final List<Options> ran = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "--port abc,        --port, abc",
        "--port -1,         --port, -1",
        "--port 65536,      --port, 65536",
        "--clients many,    --clients, many",
        "--clients -3,      --clients, -3",
        "--clients 1001,    --clients, 1001",
        "--seconds 1.5,     --seconds, 1.5",
        "--seconds -9,      --seconds, -9",
        "--sekonds 9,       --sekonds, unknown"
    })
    void aWrongOptionIsNamedWithItsValueInOneLine(String arguments, String option, String value) {
        assertThat(run(arguments.split(" "), options -> 0)).isEqualTo(2);
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("demo: ")
                .hasLineCount(1)
                .contains(option)
                .containsIgnoringCase(value);
        assertThat(ran).isEmpty();
    }

    @Test
    void anOptionThatProvesUnusableLaterIsWrongUsageToo() {
        int status = run(new String[] {"ftp://x"}, options -> {
            throw new IllegalArgumentException("not http: " + options.upstreams.get(0));
        });
        assertThat(status).isEqualTo(2);
        assertThat(said).containsExactly("demo: not http: ftp://x");
    }

    @Test
    void aFailedStartPrintsOneLineAndExitsWith1() {
        int status = run(new String[0], options -> {
            throw new UncheckedIOException("port 8080 is taken", new IOException());
        });
        assertThat(status).isEqualTo(1);
        assertThat(said).containsExactly("demo: port 8080 is taken");
    }

    @Test
    void thereAreClientsByDefaultUnlessUrlsAreGiven() {
        run(new String[0], options -> options.clients());
        run(new String[] {"http://a"}, options -> options.clients());
        run(new String[] {"--clients", "5", "http://a"}, options -> options.clients());
        assertThat(ran).extracting(Options::clients).containsExactly(20, 0, 5);
    }

    private int run(String[] args, Options.Demonstration demonstration) {
        return Options.run(args, said::add, options -> {
            ran.add(options);
            return demonstration.run(options);
        });
    }
}
