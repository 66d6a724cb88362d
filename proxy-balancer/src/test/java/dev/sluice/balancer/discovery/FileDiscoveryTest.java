package dev.sluice.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileDiscoveryTest {
    @TempDir
    Path folder;

    private Path file;
    private FileDiscovery discovery;

    @BeforeEach
    void open() {
        file = folder.resolve("members");
        discovery = (FileDiscovery) Discovery.file(file);
    }

    private void write(String content) throws IOException {
        Files.writeString(file, content);
    }

    @Test
    void eachLineIsAMember() throws IOException {
        write("""
                # all of them

                http://10.0.0.1:8080
                  https://b.test/base\tpriority=1 id=blue  weight=3   # the second
                http://10.0.0.3:8080 tag.zone=a tag.version=1=2#3
                """);

        Discovery.Found found = discovery.find();

        assertThat(found.members())
                .containsExactly(
                        Member.at("http://10.0.0.1:8080"),
                        Member.at("https://b.test/base")
                                .withId("blue")
                                .withWeight(3)
                                .withPriority(1),
                        Member.at("http://10.0.0.3:8080").withTag("zone", "a").withTag("version", "1=2#3"));
        assertThat(found.goodFor()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aFileWithoutMembersIsAnEmptyAnswer() throws IOException {
        write("# none\n\r\n");

        assertThat(discovery.find().members()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "10.0.0.1:8080                            | not a URL: \"10.0.0.1:8080\"",
                "ftp:/a.test | upstream URI must be http://host[:port][/path] or https://…: ftp:/a.test",
                "http://u:p@a.test                        | upstream URI must not have userinfo: write \"http://a.test\", and set Authorization in a rewrite",
                "http://a.test weight                     | not key=value: \"weight\"",
                "http://a.test weight=x                   | weight must be a number: \"x\"",
                "http://a.test weight=0                   | weight of member \"a.test\" must be 1 to 1000000: 0",
                "http://a.test priority=-1                | priority of member \"a.test\" must be 0 to 99: -1",
                "http://a.test wieght=1                   | unknown key: \"wieght\"",
                "http://a.test tag.=1                     | unknown key: \"tag.\"",
                "http://a.test id=                        | id of a member must not be blank: \"\"",
                "http://a.test weight=1 weight=1          | weight is given twice",
                "http://b.test/                           | line 2 already has the id \"b.test\""
            },
            delimiter = '|')
    void aFaultNamesTheFileTheLineAndWhatIsWrong(String line, String message) throws IOException {
        write("#\nhttp://b.test\n" + line + "\n");

        assertThatThrownBy(discovery::find).isInstanceOf(IOException.class).hasMessage(file + ", line 3: " + message);
    }

    @Test
    void aMissingFileIsAFailure() {
        assertThatThrownBy(discovery::find)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " cannot be read: ");
    }

    @Test
    void aFileThatIsNotUtf8OrTooLargeIsAFailure() throws IOException {
        Files.write(file, new byte[] {'#', (byte) 0xff, '\n'});
        assertThatThrownBy(discovery::find).hasMessage(file + " is not in UTF-8");

        Files.write(file, new byte[FileDiscovery.MAX_BYTES + 1]);
        assertThatThrownBy(discovery::find).hasMessage(file + " has more than 4194304 bytes");
    }

    @Test
    void aChangeIsNoticedEvenWithTheSameModificationTime() throws IOException {
        write("http://a.test\n");
        FileTime time = Files.getLastModifiedTime(file);
        Discovery.Found before = discovery.find();
        assertThat(discovery.find()).isSameAs(before);

        write("http://b.test\n");
        Files.setLastModifiedTime(file, time);

        assertThat(discovery.find().members()).containsExactly(Member.at("http://b.test"));
    }

    @Test
    void aCorrectedFileIsReadAfterTheIntervalAndNotAfterABackOff() {
        assertThat(Discovery.file(file).maxBackoff()).isEqualTo(Duration.ofSeconds(5));
        assertThat(Discovery.file(file, Duration.ofSeconds(1)).maxBackoff()).isEqualTo(Duration.ofSeconds(1));
    }
}
