package dev.sluice.examples.chaos;

import java.util.List;

/** What happens while the load runs. */
interface Phase {
    /** Which of the options' phases it is. */
    String name();

    /** Tells whether origins fail in it, so that some requests may too. */
    boolean originsFail();

    /** Does what it does, and checks what can be checked meanwhile. */
    List<Check> run(Stage stage) throws Exception;
}
