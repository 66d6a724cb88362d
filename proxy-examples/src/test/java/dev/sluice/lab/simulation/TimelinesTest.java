package dev.sluice.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pictures of docs/strategies.md are those that the command beside them draws, to the byte. */
class TimelinesTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern COMMAND = Pattern.compile("-Psim -Dexec.args=\"--svg docs/pictures ([^\"]+)\"");
    private static final Pattern PICTURE = Pattern.compile("]\\(pictures/([^)]+)\\)");

    @TempDir
    private Path folder;

    @Test
    void theCommandOfThePageDrawsItsPictures() throws IOException {
        String page = Files.readString(DOCS.resolve("strategies.md"));
        List<String> shown = PICTURE.matcher(page)
                .results()
                .map(match -> match.group(1))
                .sorted()
                .toList();

        draw(arguments(page));

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
    void aPictureIsTheSameInEachLanguage() throws IOException {
        List<String> arguments = List.of("--scenario=keys", "--strategy=maglev-bounded");
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            draw(arguments);
            String arabic = Files.readString(folder.resolve("keys-maglev-bounded.svg"));
            Locale.setDefault(Locale.GERMANY);
            draw(arguments);
            assertThat(folder.resolve("keys-maglev-bounded.svg")).hasContent(arabic);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aPictureHasItsTextsAsTextAndEachAxisItsUnit() throws IOException {
        draw(List.of("--scenario=deploy", "--strategy=round-robin"));

        assertThat(Files.readString(folder.resolve("deploy-round-robin.svg")))
                .contains(
                        ">A rolling deploy with slow start: round robin</text",
                        ">time, s</text",
                        ">share, %</text",
                        ">latency, ms</text",
                        ">member-4-new</text",
                        ">warming up</text",
                        ">not up yet</text")
                .doesNotContain(">down</text", "Dialog");
    }

    private void draw(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("--svg", folder.toString()));
        all.addAll(arguments);
        List<String> complaints = new ArrayList<>();
        int status = LabOptions.run(
                new SimulatorOptions(),
                all.toArray(new String[0]),
                complaints::add,
                options -> Simulator.run(options, System.out));
        assertThat(complaints).isEmpty();
        assertThat(status).isZero();
    }

    private static List<String> arguments(String page) {
        Matcher command = COMMAND.matcher(page);
        assertThat(command.find()).isTrue();
        return List.of(command.group(1).split(" "));
    }
}
