package dev.sluice.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The table in docs/balancer.md is the one that the program prints. */
class NoticingTest {
    /** A computation of several seconds, which a busy machine takes long for. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void thePageHasTheTable() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "balancer.md"));
        assertThat(Noticing.block()).isEqualTo(DocTables.inPage(page, Noticing.NAME));
    }
}
