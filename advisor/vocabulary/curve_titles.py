"""What a curve is called by its role, to stand within a sentence."""

from advisor.run import Role
from advisor.text import Bilingual

CURVE_TITLES = {
    Role.TRAIN_LOSS: Bilingual(en="training loss", zh="训练损失"),
    Role.VAL_LOSS: Bilingual(en="validation loss", zh="验证损失"),
    Role.TRAIN_METRIC: Bilingual(en="training metric", zh="训练指标"),
    Role.VAL_METRIC: Bilingual(en="validation metric", zh="验证指标"),
    Role.GRAD_NORM: Bilingual(en="gradient norm", zh="梯度范数"),
    Role.LEARNING_RATE: Bilingual(en="learning rate", zh="学习率"),
}
