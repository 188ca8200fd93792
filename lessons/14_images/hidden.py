"""The hidden tests of lesson 14: the same questions with other pictures, for the grader and never for a student's notebook."""

from minitorch_lessons.claims import Exercise, fail, same

q1 = Exercise("q1")
q2 = Exercise("q2")
q3 = Exercise("q3")


@q1.claim("the numbers of PyTorch's convolution, for other sizes and strides")
def as_conv2d(student):
    torch = student.torch
    torch.manual_seed(3)
    for size, kernel_size, stride in (((9, 6), (4, 2), 1), ((5, 12), (1, 5), 3), ((4, 4), (4, 4), 2)):
        image, kernel = torch.randn(*size), torch.randn(*kernel_size)
        want = torch.nn.functional.conv2d(image[None, None], kernel[None, None], stride=stride)[0, 0]
        if not same(student.call("convolve", image, kernel, stride), want, 1e-4):
            fail(f"A picture of {size}, a kernel of {kernel_size}, stride {stride}: the result differs.")


@q2.claim("a batch of colour pictures with many kernels")
def as_conv2d_does(student):
    torch = student.torch
    torch.manual_seed(4)
    images, weight = torch.randn(3, 2, 7, 5), torch.randn(4, 2, 2, 3)
    want = torch.nn.functional.conv2d(images, weight)
    if not same(student.call("convolve_by_product", images, weight), want, 1e-4):
        fail("The result differs.")


@q3.claim("several pictures that are not square")
def other_pictures(student):
    torch = student.torch
    pictures = (torch.arange(2 * 3 * 5 * 3) * 2).to(torch.uint8).reshape(2, 3, 5, 3)
    got = student.call("channels_first", pictures)
    want = [
        [[[value[c] / 255 for value in row] for row in one] for c in range(3)] for one in pictures.tolist()
    ]
    if not same(got, want):
        fail("The result differs.")
