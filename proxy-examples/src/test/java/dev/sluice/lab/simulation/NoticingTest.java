package dev.sluice.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table in docs/balancer.md is the one that the program prints. */
class NoticingTest {
    @Test
    void thePageHasTheTable() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "balancer.md"));
        assertThat(Noticing.block()).isEqualTo(DocTables.inPage(page, Noticing.NAME));
    }
}
