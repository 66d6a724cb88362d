package dev.sluice.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/balancer.md says how soon a member is noticed as the program prints it. */
class NoticingTest {
    @Test
    void theTableIsTheOneThatThePageHas() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "balancer.md"));
        assertThat(Noticing.block()).isEqualTo(DocTables.inPage(page, Noticing.NAME));
    }
}
