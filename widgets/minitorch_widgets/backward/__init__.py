"""One backward pass, a node at a time: stepped or recorded, told in words and numbers, stopped where asked."""
