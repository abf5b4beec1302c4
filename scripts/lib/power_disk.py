"""A disk that loses its power: from a record of file operations to what may be left of them.

`Disk` takes the entries of a record (file_log.py) one after the other and knows at each point what
is on the disk for certain and what is only on its way. `image` makes a folder of one of the many
states that a machine may find after it has lost power at that point.

Certain is what a completed sync covers: of a file its content and length as they were when the
sync began; of a folder its names. Everything else may be there or not, each by itself:

- of each sector of a file (512 or 4,096 bytes) the content after any of the writes on their way;
- the length after any of them; where a length grew over sectors that were not written there are
  zeros, or in the form `stale` whatever had been on the disk there;
- of the names what the `order` allows:
  - `journal`: they change in the order in which they were changed, and a sync of any file or
    folder covers all changes before it (ext4, XFS);
  - `names`: in that order as well, but a sync covers only the file with its own name, or the names
    of the folder (Btrfs, F2FS);
  - `posix`: in any order that leaves no name without its source, and only a sync of the folder
    covers a name. No file system that we know does this much harm. Names of blob files are as in
    `names`: the engine syncs the files and never their folder (docs/reliability.md);
  - `strict`: the same without that exception.
"""
import collections
import os
import random

BLOCK = 4096
ORDERS = ("journal", "names", "posix")
FORMS = ("nothing", "everything", "front", "sectors", "pages", "mixed", "stale")
# How much of what was ever written is kept, to lie around where nothing was written.
OLD_SECTORS = 512
# Files that are written once and never changed in place: images share them.
FIXED = ("tables", "blobs")


class Bypassed(Exception):
    """Something happened that the record does not know."""


class Content:
    """Bytes of a file, with holes."""

    def __init__(self):
        self.blocks, self.size = {}, 0

    def copy(self):
        """One of its own."""
        other = Content()
        other.blocks = {number: bytearray(block) for number, block in self.blocks.items()}
        other.size = self.size
        return other

    def write(self, offset, data):
        """Puts bytes at a place; the length grows as it must."""
        at, end = 0, len(data)
        while at < end:
            number, within = divmod(offset + at, BLOCK)
            length = min(BLOCK - within, end - at)
            block = self.blocks.get(number)
            if block is None:
                block = self.blocks[number] = bytearray(BLOCK)
            block[within:within + length] = data[at:at + length]
            at += length
        self.size = max(self.size, offset + end)

    def resize(self, size):
        """Cuts or grows; what grows is zero."""
        if size < self.size:
            last, within = divmod(size, BLOCK)
            for number in [number for number in self.blocks if number > last or (number == last and not within)]:
                del self.blocks[number]
            if last in self.blocks:
                self.blocks[last][within:] = bytes(BLOCK - within)
        self.size = size

    def save(self, path):
        """Makes a file of it."""
        with open(path, "wb") as file:
            numbers = sorted(number for number in self.blocks if number * BLOCK < self.size)
            start = 0
            while start < len(numbers):
                end = start + 1
                while end < len(numbers) and numbers[end] == numbers[end - 1] + 1:
                    end += 1
                file.seek(numbers[start] * BLOCK)
                file.write(b"".join(self.blocks[number] for number in numbers[start:end]))
                start = end
            file.truncate(self.size)

    def equals(self, path):
        """Whether a file has just this content."""
        if os.path.getsize(path) != self.size:
            return False
        with open(path, "rb") as file:
            number = 0
            while found := file.read(BLOCK):
                if found != bytes(self.blocks.get(number, bytes(BLOCK)))[:len(found)]:
                    return False
                number += 1
        return True


class File:
    """A file: what is certain of it, and the changes that are on their way."""

    def __init__(self):
        self.certain, self.coming = Content(), []
        self.saved = None  # where its certain content lies as a file, as long as that has not changed

    def change(self, number, offset, data):
        """A write, or without data a new length."""
        self.coming.append((number, offset, data, False))

    def sync(self, began):
        """Everything before an entry is certain now, but what was given up and not written again."""
        self.saved, kept = None, []
        before = [change for change in self.coming if change[0] < began]
        again = {page for _, offset, data, is_lost in before if data is not None and not is_lost
                 for page in range(offset // BLOCK, (offset + len(data) - 1) // BLOCK + 1)}
        for change in before:
            _, offset, data, is_lost = change
            if is_lost and offset // BLOCK not in again:
                kept.append(change)
            else:
                apply(self.certain, offset, data)
            if data is None:
                kept = [other for other in kept if other[1] < offset]
        self.coming = kept + self.coming[len(before):]

    def give_up(self, began):
        """A sync has failed: the system takes what it could not write for clean, and never tries again
        unless the page is written to once more. The process goes on to see it."""
        pages = []
        for change in self.coming:
            number, offset, data, _ = change
            if number >= began or data is None:
                pages.append(change)
                continue
            at = 0
            while at < len(data):
                end = min(len(data), ((offset + at) // BLOCK + 1) * BLOCK - offset)
                pages.append((number, offset + at, data[at:end], True))
                at = end
        self.coming = pages

    def now(self):
        """Its content as the process sees it."""
        content = self.certain.copy()
        for _, offset, data, _ in self.coming:
            apply(content, offset, data)
        return content


class Folder:
    """A folder: the names that are certain."""

    def __init__(self):
        self.names = {}


def apply(content, offset, data):
    """One change."""
    if data is None:
        content.resize(offset)
    else:
        content.write(offset, data)


class Change:
    """A change of names in one folder. `names` are those it touches; `orders` those in which it is certain."""

    def __init__(self, number, folder, kind, name, target=None, to=None):
        self.number, self.folder, self.kind, self.name, self.target, self.to = number, folder, kind, name, target, to
        self.names = (name,) if to is None else (name, to)
        self.orders = set()

    def carry_out(self, names):
        """Changes a table of names."""
        if self.kind == "make":
            names[self.name] = self.target
        elif self.kind == "move":
            names[self.to] = names.pop(self.name)
        else:
            names.pop(self.name, None)


class Disk:
    """The state of a disk at one point of a record."""

    def __init__(self, root, folder):
        """`root` is the folder that was recorded; `folder` has its content at the beginning, all of it certain."""
        self.root, self.number = Folder(), 0
        self.nodes = {os.stat(root).st_ino: self.root}
        self.now = {self.root: {}}  # names as the process sees them
        self.changes, self.old, self.syncs = [], [], 0
        self.blobs, self.labels, self.counts = set(), {}, collections.Counter()
        self.chance = random.Random(0)
        self.take_in(folder, self.root)

    def take_in(self, path, folder):
        for entry in os.scandir(path):
            node = self.nodes[entry.inode()] = Folder() if entry.is_dir() else File()
            folder.names[entry.name] = self.now[folder][entry.name] = node
            if entry.is_dir():
                self.enter(node, entry.name)
                self.take_in(entry.path, node)
            else:
                with open(entry.path, "rb") as file:
                    number = 0
                    while found := file.read(BLOCK):
                        if any(found):
                            node.certain.write(number * BLOCK, found)
                        number += 1
                node.certain.size = entry.stat().st_size

    def enter(self, folder, name):
        self.now[folder] = {}
        self.labels[folder] = name
        if name == "blobs":
            self.blobs.add(folder)

    def take(self, entry):
        """The next entry."""
        getattr(self, "on_" + entry.kind)(entry)
        self.number += 1

    def node(self, inode):
        try:
            return self.nodes[inode]
        except KeyError:
            raise Bypassed(f"entry {self.number}: nothing is known of inode {inode}") from None

    def on_created(self, entry, node=None):
        node = node or File()
        self.nodes[entry.other] = node
        self.rename(Change(self.number, self.node(entry.inode), "make", entry.name, node))

    def on_made_folder(self, entry):
        node = Folder()
        self.enter(node, entry.name)
        self.on_created(entry, node)

    def on_unlinked(self, entry):
        folder = self.node(entry.inode)
        if entry.name not in self.now[folder]:
            raise Bypassed(f"entry {self.number}: {entry.name} is removed and was never made")
        self.rename(Change(self.number, folder, "drop", entry.name))

    on_removed_folder = on_unlinked

    def on_renamed(self, entry):
        folder, (name, to) = self.node(entry.inode), entry.name.split("/")
        if name not in self.now[folder]:
            raise Bypassed(f"entry {self.number}: {name} is renamed and was never made")
        self.rename(Change(self.number, folder, "move", name, to=to))

    def rename(self, change):
        change.carry_out(self.now[change.folder])
        self.count(change)
        self.changes.append(change)

    def count(self, change):
        """What of the engine's doings has been met."""
        label = self.labels.get(change.folder)
        if change.name.endswith(".jnl"):
            self.counts["journals made" if change.kind == "make" else "journals removed"] += 1
        elif label in FIXED:
            self.counts[f"{label} {'made' if change.kind == 'make' else 'removed'}"] += 1
        elif change.to == "current":
            self.counts["lists replaced"] += 1
        elif change.kind == "move":
            self.counts[f"{change.to} put in place"] += 1

    def on_written(self, entry):
        self.node(entry.inode).change(self.number, entry.offset, entry.data)
        if len(entry.data) >= 512:
            if len(self.old) < OLD_SECTORS:
                self.old.append(entry.data[:512])
            else:
                self.old[self.chance.randrange(OLD_SECTORS)] = entry.data[:512]

    def on_sized(self, entry):
        self.node(entry.inode).change(self.number, entry.offset, None)

    def on_said(self, entry):
        """Promises are for those who compare."""

    on_started = on_said

    def on_forbidden(self, entry):
        raise Bypassed(f"entry {self.number}: the process called {entry.name}, which the record does not follow")

    def on_synced(self, entry):
        self.syncs += 1
        node = self.node(entry.inode)
        before = [change for change in self.changes if change.number < entry.began]
        for change in before:
            change.orders.add("journal")
        if isinstance(node, File):
            node.sync(entry.began)
            self.cover_name(node, before)
            return
        for change in before:
            if change.folder is node:
                change.carry_out(node.names)
        self.changes = [change for change in self.changes if change.folder is not node or change.number >= entry.began]

    def on_sync_failed(self, entry):
        node = self.node(entry.inode)
        if isinstance(node, File):
            node.give_up(entry.began)

    def cover_name(self, node, before):
        """In the order `names` a file's own name and those of its folders are certain, and what they hang on."""
        wanted, sought, orders = set(), node, {"names"}
        while sought is not None and sought is not self.root:
            found = next(((folder, name) for folder, names in self.now.items()
                          for name, target in names.items() if target is sought), None)
            if found is None:
                return
            wanted.add(found)
            sought = found[0]
            if found[0] in self.blobs:
                orders.add("posix")
        for change in reversed(before):
            if any((change.folder, name) in wanted for name in change.names):
                change.orders |= orders if change.folder in self.blobs else {"names"}
                wanted.update((change.folder, name) for name in change.names)

    # --- what is left ---------------------------------------------------------------------------

    def image(self, target, order, form, chance, pool):
        """Makes the folder `target` as it may be found. `pool` is a folder for files that images share."""
        names = {folder: dict(folder.names) for folder in self.now}
        for change in self.surviving(order, form, chance):
            change.carry_out(names[change.folder])
        self.save(self.root, "", target, names, form, chance, pool)

    def surviving(self, order, form, chance):
        """The changes of names that have reached the disk."""
        certain = [order in change.orders for change in self.changes]
        if form == "everything":
            return self.changes
        if order == "journal":
            least = max((index + 1 for index, is_certain in enumerate(certain) if is_certain), default=0)
            return self.changes[:least if form == "nothing" else chance.randint(least, len(self.changes))]
        if order == "names":
            front = 0 if form == "nothing" else chance.randint(0, len(self.changes))
            kept = [is_certain or index < front for index, is_certain in enumerate(certain)]
        else:
            likely = 0 if form == "nothing" else chance.choice((0.1, 0.5, 0.9))
            kept = [is_certain or chance.random() < likely for is_certain in certain]
        needed = set()
        for index in reversed(range(len(self.changes))):
            change = self.changes[index]
            touched = {(change.folder, name) for name in change.names}
            kept[index] = kept[index] or bool(touched & needed)
            if kept[index]:
                needed |= touched
        return [change for change, is_kept in zip(self.changes, kept) if is_kept]

    def save(self, folder, within, target, names, form, chance, pool):
        os.makedirs(target, exist_ok=True)
        for name, node in sorted(names[folder].items()):
            path = os.path.join(target, name)
            if isinstance(node, Folder):
                self.save(node, name, path, names, form, chance, pool)
            elif within in FIXED and not node.coming:
                if node.saved is None:
                    node.saved = os.path.join(pool, f"{id(node)}-{self.number}")
                    node.certain.save(node.saved)
                os.link(node.saved, path)
            else:
                self.remains(node, form, chance).save(path)

    def remains(self, node, form, chance):
        """What is left of one file."""
        if not node.coming or form == "nothing":
            return node.certain
        if form == "everything":
            return node.now()
        if form == "mixed":
            form = chance.choice(FORMS[:5])
            return self.remains(node, form, chance)
        count = len(node.coming)
        if form == "front":
            content = node.certain.copy()
            for _, offset, data, _ in node.coming[:chance.randint(0, count)]:
                apply(content, offset, data)
            return content
        return self.torn(node, 512 if form == "sectors" else BLOCK if form == "pages" else 512, chance, form == "stale")

    def torn(self, node, sector, chance, stale):
        """Each sector by itself holds the content after some of the writes; so does the length."""
        count, reached = len(node.coming), {}
        likely = chance.choice((0.05, 0.5, 0.95))

        def reach(number):
            # After how many of the changes this sector was last written to the disk.
            if number not in reached:
                reached[number] = count if chance.random() < likely else chance.randint(0, count)
            return reached[number]

        content, length_reached = node.certain.copy(), reach("length")
        size = content.size
        for index, (_, offset, data, _) in enumerate(node.coming):
            if data is None:
                if index < length_reached:
                    content.resize(max(offset, 0))
                    size = offset
                continue
            if index < length_reached:
                size = max(size, offset + len(data))
            at = 0
            while at < len(data):
                number = (offset + at) // sector
                end = min(len(data), (number + 1) * sector - offset)
                if index < reach(number):
                    content.write(offset + at, data[at:end])
                elif stale and self.old and number * sector // BLOCK not in node.certain.blocks and chance.random() < 0.5:
                    content.write(number * sector, chance.choice(self.old))
                at = end
        content.resize(size)
        return content

    # --- whether the record is whole ------------------------------------------------------------

    def compare(self, path):
        """The folder as it is must be what the record comes to."""
        self.compare_folder(self.root, path)

    def compare_folder(self, folder, path):
        names = self.now[folder]
        if set(names) != set(os.listdir(path)):
            raise Bypassed(f"{path} has {sorted(os.listdir(path))}, and the record {sorted(names)}")
        for name, node in names.items():
            below = os.path.join(path, name)
            if isinstance(node, Folder):
                self.compare_folder(node, below)
            elif not node.now().equals(below):
                raise Bypassed(f"{below} is not what the record says")
