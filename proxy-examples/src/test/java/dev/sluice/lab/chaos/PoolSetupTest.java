package dev.sluice.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The setups that are named after the README's pools are the same as the README's. */
class PoolSetupTest {
    @ParameterizedTest
    @CsvSource({"FIFTEEN_LINES, ## Fifteen lines", "BALANCER, **A load balancer that the client does not notice.**"})
    void thePoolIsSetUpAsInTheReadme(PoolSetup setup, String heading) throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        int pool = readme.indexOf("UpstreamPool.builder()", readme.indexOf(heading));
        List<String> options = readme.substring(pool, readme.indexOf(".build();", pool))
                .lines()
                .skip(1)
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith(".addMember("))
                .toList();
        String source = Files.readString(Path.of("src/main/java/dev/sluice/lab/chaos/PoolSetup.java"));
        int begin = source.indexOf("\n    " + setup + "(");
        String set = source.substring(source.indexOf("set(", begin), source.indexOf("\n    }", begin));
        assertThat(options).isNotEmpty();
        assertThat(bare(set.substring(set.indexOf("pool."), set.indexOf(';'))))
                .isEqualTo("pool" + bare(String.join("", options)));
    }

    private static String bare(String code) {
        return code.replaceAll("\\s+", "");
    }
}
