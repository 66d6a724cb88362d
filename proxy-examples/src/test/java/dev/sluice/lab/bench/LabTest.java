package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lab.Progress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabTest {
    private final BenchOptions options = new BenchOptions();

    @Test
    void aScenarioHasTheProxiesThatItIsFor() throws Exception {
        options.proxies = List.of("bare", "direct/direct", "jdk/jdk");
        try (Workspace workspace = Workspace.open();
                Progress progress = Progress.open()) {
            Lab lab = new Lab(options, workspace, new TlsScenario()::isFor, progress);
            assertThat(lab.proxies()).containsExactly("direct/direct", "jdk/jdk");
        }
    }

    @Test
    void aScenarioThatIsForNoneOfTheProxiesIsRefused() throws Exception {
        options.proxies = List.of("bare");
        try (Workspace workspace = Workspace.open();
                Progress progress = Progress.open()) {
            assertThatThrownBy(() -> new Lab(options, workspace, new TlsScenario()::isFor, progress))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("--proxies has none that can be started for this scenario: bare");
        }
    }

    @Test
    void aLoadWithoutAnswersIsNotValid() {
        assertThat(new LoadResult(0, 0, 0, 0, "").requireAnswers().errors()).isEqualTo("no answers");
        assertThat(new LoadResult(0, 0, 0, 0, "2 timeouts").requireAnswers().errors())
                .isEqualTo("2 timeouts");
        assertThat(new LoadResult(1, 1, 1, 1, "").requireAnswers().errors()).isEmpty();
    }
}
