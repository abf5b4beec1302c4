"""The crew of the crash tests: workers that take activities' tasks, and whoever was sent a token by the function.

Each says how a task ended and repeats that until there is an answer, as AWS's clients do it. What is
said has a number, which shows in the history: so each word that was acknowledged can be found there,
and none takes effect that nobody said. Some keep silent, some say it twice, some come with old tokens.
"""
import itertools
import json
import random
import threading
import time

import crash_machines
from api import ApiError, Client, Unreachable
from crash_load import PASSING, PAUSE_SECONDS

# A worker waits for a task for up to 60 seconds.
PATIENCE_SECONDS = 90
# The error that a token brings; the function has errors of its own.
TOLD = "Told"


class Crew:
    """Threads that hold tokens. They know nothing of kills but connections that break."""

    def __init__(self, port, letters, workers, seed):
        self.client, self.letters, self.offset = Client(port, PATIENCE_SECONDS), letters, 0
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()
        self.tokens = {}  # token -> the execution it is of
        self.words = {}  # number of a word -> the token it was said with
        self.acknowledged, self.refused = set(), set()  # numbers; tokens
        # Whether executions expire in the meantime, and their tokens with them.
        self.expires = False
        self.beats = self.late = self.silent = self.repeated = 0
        self.violations = []
        self.post = []  # what the function was sent and nobody has answered
        self.ends = threading.Event()
        self.threads = [threading.Thread(target=self._worker, args=(f"{seed}-worker-{index}",), daemon=True)
                        for index in range(workers)]
        self.threads += [threading.Thread(target=self._answerer, args=(f"{seed}-answerer-{index}",), daemon=True)
                         for index in range(workers)]

    def start(self):
        """Makes the activity and lets everybody go."""
        self.client.call("CreateActivity", name=crash_machines.ACTIVITY.rpartition(":")[2])
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Nobody begins anything new; whoever waits for a task waits for nothing."""
        self.ends.set()

    def _worker(self, seed):
        chance = random.Random(seed)
        while not self.ends.is_set():
            # So that tasks wait for a worker at times.
            time.sleep(0.8 * chance.random() ** 2)
            try:
                found = self.client.call("GetActivityTask", activityArn=crash_machines.ACTIVITY, workerName=seed)
            except (Unreachable, ApiError) as error:
                if isinstance(error, ApiError) and error.name not in PASSING:
                    self._violation(f"GetActivityTask: {error}")
                time.sleep(PAUSE_SECONDS)
                continue
            if found.get("taskToken"):
                self._hold(found["taskToken"], json.loads(found["input"]), chance)

    def _answerer(self, seed):
        chance = random.Random(seed)
        while not self.ends.is_set():
            letter = self._letter()
            if letter is None:
                time.sleep(PAUSE_SECONDS)
            else:
                self._hold(letter["token"], letter, chance)

    def _letter(self):
        """The next token that the function was sent; whole lines only."""
        with self.lock:
            if not self.post and self.letters.exists():
                with open(self.letters, "rb") as notes:
                    notes.seek(self.offset)
                    text = notes.read()
                text = text[: text.rfind(b"\n") + 1]
                self.offset += len(text)
                self.post = [json.loads(line) for line in text.splitlines()]
            return self.post.pop(0) if self.post else None

    def _hold(self, token, given, chance):
        """Does what is asked for, and says so."""
        with self.lock:
            if token in self.tokens:
                self.violations.append(f"a task of {given['execution']} was given to two")
            self.tokens[token] = given["execution"]
        time.sleep(0.02 + 1.5 * chance.random() ** 3)
        if chance.random() < 0.3:
            self.beats += self._say("SendTaskHeartbeat", token) is True
        if chance.random() < 0.04:
            self.silent += 1
            return
        self._end(token, given, chance)
        if chance.random() < 0.2 and self._end(token, given, chance):
            self._violation(f"a token of {given['execution']} ended its task twice")
        refused = list(self.refused)
        if refused and chance.random() < 0.3:
            old = chance.choice(refused)
            self.late += 1
            if self._end(old, given, chance):
                self._violation(f"a token of {self.tokens[old]} was refused as over, and then taken")

    def _end(self, token, given, chance):
        """One word that ends a task; whether it was taken."""
        number = next(self.numbers)
        self.words[number] = token
        if chance.random() < 0.1:
            taken = self._say("SendTaskFailure", token, error=TOLD, cause=str(number))
        else:
            output = {"at": given["at"], "n": given["n"], "by": number}
            taken = self._say("SendTaskSuccess", token, output=json.dumps(output))
        if taken:
            self.acknowledged.add(number)
        return taken

    def _say(self, operation, token, **rest):
        """Says it until there is an answer: whether it was taken, or None at the end of the test."""
        while not self.ends.is_set():
            try:
                self.client.call(operation, taskToken=token, **rest)
                return True
            except Unreachable:
                self.repeated += 1
            except ApiError as error:
                if error.name == "TaskTimedOut":
                    self.refused.add(token)
                    return False
                if error.name == "TaskDoesNotExist" and self.expires:
                    return False
                if error.name not in PASSING:
                    self._violation(f"{operation} for {self.tokens.get(token)}: {error}")
                    return False
            time.sleep(PAUSE_SECONDS)
        return None

    def _violation(self, text):
        with self.lock:
            self.violations.append(text)

    def check(self, histories):
        """What does not hold, with the histories of all executions by name."""
        effects, lapsed = {}, {}
        for name, events in histories.items():
            lapsed[name] = 0
            for event in events:
                number, ends = word_of(event)
                if number is None:
                    lapsed[name] += ends
                elif number in effects:
                    self.violations.append(f"{name}: word {number} ended two tasks")
                else:
                    effects[number] = name
        self._check_words(effects, lapsed)
        return self.violations

    def _check_words(self, effects, lapsed):
        for number, name in effects.items():
            if self.tokens.get(self.words.get(number)) != name:
                self.violations.append(f"{name}: nobody said word {number} with a token of it")
        for number in sorted(self.acknowledged - effects.keys()):
            self.violations.append(f"word {number} was acknowledged to {self.tokens[self.words[number]]} and is lost")
        ended = [self.words[number] for number in effects if number in self.words]
        if len(ended) != len(set(ended)):
            self.violations.append("a token ended more than one task")
        # Who was refused without having ended his task has lost it to a clock, or to its call.
        for token in self.refused - set(ended):
            lapsed[self.tokens[token]] = lapsed.get(self.tokens[token], 0) - 1
        for name in sorted(name for name, left in lapsed.items() if left < 0):
            self.violations.append(f"{name}: a token was refused as over, and nothing had ended its task")


def word_of(event):
    """The number of the word that an event came of, and whether the event ends a task that may have a token."""
    kind = event["type"]
    if kind in ("ActivityTimedOut", "TaskTimedOut"):
        return None, True
    if kind in ("ActivityFailed", "TaskFailed"):
        details = event["activityFailedEventDetails" if kind == "ActivityFailed" else "taskFailedEventDetails"]
        return (int(details["cause"]), True) if details.get("error") == TOLD else (None, True)
    if kind in ("ActivitySucceeded", "TaskSucceeded"):
        details = event["activitySucceededEventDetails" if kind == "ActivitySucceeded" else "taskSucceededEventDetails"]
        return json.loads(details["output"]).get("by"), True
    return None, False
