package dev.sluice.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestIdsTest {
    @Test
    void anIdAtTwoOriginsIsRepeated(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("one"), "a\nb\n");
        Files.writeString(directory.resolve("two"), "c\na\n");
        assertThat(RequestIds.read(directory).repeated()).containsExactly("a");
    }

    @Test
    void anIdTwiceAtOneOriginIsRepeated() {
        assertThat(RequestIds.of(List.of("a", "b", "a")).repeated()).containsExactly("a");
    }

    @Test
    void anAnsweredIdThatWasNotActedOnIsMissing() {
        assertThat(RequestIds.of(List.of("a", "b")).missing(Set.of("b", "c"))).containsExactly("c");
    }
}
