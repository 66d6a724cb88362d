package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pictures of docs/benchmarks.md show the figures of its tables. */
class PagePicturesTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern PICTURE = Pattern.compile("]\\(pictures/([^)]+)\\)");

    @TempDir
    private Path folder;

    @Test
    void thePageShowsWhatIsDrawnFromItsTables() throws IOException {
        Path page = DOCS.resolve("benchmarks.md");
        List<String> shown = PICTURE.matcher(Files.readString(page))
                .results()
                .map(match -> match.group(1))
                .sorted()
                .toList();

        assertThat(PagePictures.write(page, folder)).isZero();

        assertThat(shown).isNotEmpty();
        try (Stream<Path> drawn = Files.list(folder)) {
            assertThat(drawn.map(file -> file.getFileName().toString()).sorted())
                    .containsExactlyElementsOf(shown);
        }
        for (String name : shown) {
            Path kept = DOCS.resolve("pictures").resolve(name);
            assertThat(folder.resolve(name)).hasSameBinaryContentAs(kept);
            assertThat(Files.size(kept)).isLessThan(100 * 1024);
        }
    }

    @Test
    void onlyTablesThatAreMarkedAreDrawn() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(page, """
                | proxy | requests/s |
                | --- | --- |
                | other | 7 |

                <!-- picture small: Small ones -->
                | proxy | requests/s |
                | --- | --- |
                | nginx | 1,234 |
                """);

        PagePictures.write(page, folder.resolve("pictures"));

        try (Stream<Path> drawn = Files.list(folder.resolve("pictures"))) {
            assertThat(drawn).containsExactly(folder.resolve("pictures").resolve("small.svg"));
        }
        assertThat(folder.resolve("pictures").resolve("small.svg"))
                .content()
                .contains(">Small ones</text", ">nginx</text", ">1,234</text", ">requests/s</text");
    }

    @Test
    void aPageWithoutAMarkedTableIsRefused() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(page, "| proxy |\n| --- |\n| nginx |\n");
        assertThatThrownBy(() -> PagePictures.write(page, folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--page: no table is marked in this file: " + page);
    }

    @Test
    void aTitleBecomesTheNameOfAFile() {
        assertThat(PagePictures.fileName("1 KB GETs, 64 kept connections"))
                .isEqualTo("1-kb-gets-64-kept-connections.svg");
    }
}
